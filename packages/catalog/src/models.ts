import type { Price } from './price.ts';
import { modelRow } from './model-row.ts';
import anthropic from './data/anthropic.json' with { type: 'json' };
import deepseek from './data/deepseek.json' with { type: 'json' };
import fireworks from './data/fireworks.json' with { type: 'json' };
import google from './data/google.json' with { type: 'json' };
import groq from './data/groq.json' with { type: 'json' };
import mistral from './data/mistral.json' with { type: 'json' };
import moonshot from './data/moonshot.json' with { type: 'json' };
import openai from './data/openai.json' with { type: 'json' };
import openrouter from './data/openrouter.json' with { type: 'json' };
import together from './data/together.json' with { type: 'json' };
import xai from './data/xai.json' with { type: 'json' };

/** A model that a vendor serves, at the vendor's list price. */
export interface CatalogModel {
  /** The id of a row of `VENDORS`. */
  readonly vendor: string;
  /** What the vendor calls it. */
  readonly upstreamModel: string;
  /** Undefined: not known. */
  readonly contextTokensMax: number | undefined;
  /** The vendor means to stop serving it, or has. */
  readonly deprecated: boolean;
  /** Without the fees of the vendor's own tools, such as web search. */
  readonly price: Price;
}

const ROWS: Readonly<Record<string, readonly unknown[]>> = {
  anthropic,
  deepseek,
  fireworks,
  google,
  groq,
  mistral,
  moonshot,
  openai,
  openrouter,
  together,
  xai,
};

interface Catalog {
  readonly models: readonly CatalogModel[];
  readonly byVendor: ReadonlyMap<string, ReadonlyMap<string, CatalogModel>>;
}

let catalog: Catalog | undefined;

/** Every model whose price is known exactly; by vendor, then by name. Read at the first call. */
export function catalogModels(): readonly CatalogModel[] {
  return loadedCatalog().models;
}

/** The model that a vendor calls so, letter by letter; undefined when the catalog doesn't have it. */
export function findCatalogModel(vendor: string, upstreamModel: string): CatalogModel | undefined {
  return loadedCatalog().byVendor.get(vendor)?.get(upstreamModel);
}

function loadedCatalog(): Catalog {
  catalog ??= loadCatalog();
  return catalog;
}

function loadCatalog(): Catalog {
  const byVendor = new Map(
    Object.entries(ROWS).map(([vendor, rows]) => [
      vendor,
      new Map(rows.map((row) => readModel(vendor, row)).map((model) => [model.upstreamModel, model])),
    ]),
  );
  return { models: [...byVendor.values()].flatMap((models) => [...models.values()]), byVendor };
}

function readModel(vendor: string, row: unknown): CatalogModel {
  const { upstreamModel, contextTokensMax, deprecated = false, price } = modelRow.parse(row);
  return { vendor, upstreamModel, contextTokensMax, deprecated, price };
}
