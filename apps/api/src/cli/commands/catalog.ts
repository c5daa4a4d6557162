import { createInterface } from 'node:readline/promises';
import { WeirError } from '@weir/core/errors';
import type { Command } from 'commander';
import { applyCatalog } from '../../catalog/apply-catalog.ts';
import { planCatalog, type CatalogChange, type CatalogPlan } from '../../catalog/plan-catalog.ts';
import { describePrice } from '../describe-price.ts';
import { cliActor } from '../../audit/actor.ts';
import { audited } from '../../audit/write-audit.ts';
import { operation } from '../operation.ts';
import { useDatabase } from '../use-database.ts';
import { idOf, vendorName } from '../values.ts';

export function addCatalogCommands(program: Command): void {
  const group = program
    .command('catalog')
    .description('The models and list prices of well-known vendors, as of this version.');

  operation(group, 'add', {
    description:
      'Take models of the catalog into service: shows what would be added and changed, and writes it when told so. Deprecated models are taken only when named.',
    examples: [
      'catalog add --vendor openai --channel chn_env_openai --dry-run',
      'catalog add --vendor openai --channel chn_env_openai --model "gpt-5*" --yes',
    ],
  })
    .requiredOption('--vendor <name>', 'whose models', vendorName)
    .requiredOption('--channel <id>', 'the channel that serves them', idOf('channel'))
    .option('--model <globs...>', 'only those whose name at the vendor is like this, with * and ?')
    .option('--dry-run', 'show, and write nothing')
    .option('--yes', 'write without asking')
    .action(add);
}

interface AddOptions {
  vendor: string;
  channel: string;
  model?: string[];
  dryRun?: true;
  yes?: true;
  json?: true;
}

async function add(options: AddOptions): Promise<void> {
  const { vendor, channel: channelId, model: globs = [] } = options;
  const mayAsk = process.stdin.isTTY && process.stdout.isTTY && options.json !== true;
  if (!options.dryRun && !options.yes && !mayAsk) {
    throw new WeirError(
      'invalid_request',
      'Nobody can be asked here. Say --yes to write, or --dry-run to see.',
    );
  }
  await useDatabase(async ({ db }) => {
    const plan = await planCatalog(db, { vendor, channelId, globs });
    if (!options.json) process.stdout.write(describePlan(plan));
    const isWritten =
      !options.dryRun && plan.changes.length > 0 && (options.yes === true || (await isConfirmed(plan)));
    if (isWritten) {
      await audited(db, cliActor(), async (tx) => {
        await applyCatalog(tx.db, channelId, plan);
        const after = { vendor, changes: plan.changes };
        return { result: undefined, done: { action: 'catalog.add', targetId: channelId, after } };
      });
    }
    const { changes, unchanged } = plan;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ written: isWritten, changes, unchanged })}\n`
        : `${isWritten ? 'Written.' : 'Nothing was written.'}\n`,
    );
  });
}

async function isConfirmed({ changes }: CatalogPlan): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(
      (await terminal.question(`Write these ${changes.length} changes? [y/N] `)).trim(),
    );
  } finally {
    terminal.close();
  }
}

function describePlan({ changes, unchanged }: CatalogPlan): string {
  const added = changes.filter(({ isNew }) => isNew).length;
  const summary = `${added} to add, ${changes.length - added} to change, ${unchanged} as they should be.`;
  return `${[...changes.map(describeChange), summary].join('\n')}\n`;
}

function describeChange({ modelId, isNew, contextTokensMax, servedAs, price }: CatalogChange): string {
  const parts: string[] = [];
  if (contextTokensMax) parts.push(`context ${arrow(contextTokensMax.from, contextTokensMax.to)} tokens`);
  if (servedAs && !isNew) parts.push(`served as ${arrow(servedAs.from, servedAs.to)}`);
  if (price) parts.push(`price ${arrow(price.from && describePrice(price.from), describePrice(price.to))}`);
  return `${isNew ? '+' : '~'} ${modelId}: ${parts.join('; ')}`;
}

function arrow(from: string | number | null, to: string | number): string {
  return from === null ? String(to) : `${from} → ${to}`;
}
