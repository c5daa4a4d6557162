import type { OutputFormat, Tool, ToolChoice } from '../call.ts';
import { malformed } from '../unsupported.ts';
import { untranslatable } from './only-here.ts';
import { RequestFields } from './request-fields.ts';

interface ToolUse {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
}

/**
 * The tools that may be used, and how. Of a list of those that are allowed only they are left: a model that does not
 * know a tool does not call it.
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools
 * @throws {WeirError} `invalid_request`, naming the field: tools that the vendor carries out are known to no other.
 */
export function readToolUse(body: RequestFields): ToolUse {
  const tools = (body.list('tools') ?? []).map((tool, index) =>
    readTool(new RequestFields(tool, `tools[${index}]`)),
  );
  const choice = body.value('tool_choice');
  if (choice === undefined) return { tools };
  if (choice === 'none' || choice === 'auto' || choice === 'required') {
    return { tools, toolChoice: { kind: choice } };
  }
  const fields = new RequestFields(choice, 'tool_choice');
  const type = fields.requiredString('type');
  if (type === 'function') {
    const name = fields.requiredString('name');
    fields.done();
    return { tools, toolChoice: { kind: 'tool', name } };
  }
  if (type !== 'allowed_tools') {
    throw untranslatable('tool_choice.type', `a choice of the type ${type.slice(0, 40)}`);
  }
  return readAllowedTools(fields, tools);
}

function readAllowedTools(fields: RequestFields, tools: readonly Tool[]): ToolUse {
  const kind = fields.oneOf('mode', ['auto', 'required']) ?? 'auto';
  const known = new Set(tools.map(({ name }) => name));
  const allowed = new Set<string>();
  for (const [index, entry] of (fields.list('tools') ?? []).entries()) {
    const path = `${fields.at('tools')}[${index}]`;
    const name = readFunctionName(new RequestFields(entry, path));
    if (!known.has(name)) throw malformed(`${path}.name`, 'is none of the tools');
    allowed.add(name);
  }
  fields.done();
  if (allowed.size === 0) throw malformed(fields.at('tools'), 'names no tool');
  return { tools: tools.filter(({ name }) => allowed.has(name)), toolChoice: { kind } };
}

function readFunctionName(fields: RequestFields): string {
  requireFunction(fields);
  const name = fields.requiredString('name');
  fields.done();
  return name;
}

function requireFunction(fields: RequestFields): void {
  const type = fields.requiredString('type');
  if (type !== 'function') throw untranslatable(fields.at('type'), `a tool of the type ${type.slice(0, 40)}`);
}

function readTool(fields: RequestFields): Tool {
  requireFunction(fields);
  // What the result looks like is for programs that run at the vendor's.
  fields.ignore('output_schema');
  const callers = fields.list('allowed_callers');
  if (callers?.some((caller) => caller !== 'direct')) {
    throw untranslatable(fields.at('allowed_callers'), 'a tool that programs may call');
  }
  if (fields.boolean('defer_loading')) {
    throw untranslatable(fields.at('defer_loading'), 'a tool that is searched for');
  }
  const description = fields.string('description');
  const parameters = fields.object('parameters');
  const strict = fields.boolean('strict');
  const name = fields.requiredString('name');
  fields.done();
  return {
    name,
    ...(description && { description }),
    ...(parameters && { parameters }),
    ...(strict !== undefined && { strict }),
  };
}

/** @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-text */
export function readFormat(text: RequestFields): OutputFormat | undefined {
  const fields = text.fields('format');
  const type = fields?.requiredString('type');
  if (!fields || type === undefined) return undefined;
  const format = formatOf(type, fields);
  fields.done();
  return format;
}

function formatOf(type: string, fields: RequestFields): OutputFormat | undefined {
  if (type === 'text') return undefined;
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema') {
    throw untranslatable(fields.at('type'), `a format of the type ${type.slice(0, 40)}`);
  }
  const schema = fields.object('schema');
  if (!schema) throw malformed(fields.at('schema'), 'is missing');
  const name = fields.string('name');
  const description = fields.string('description');
  const strict = fields.boolean('strict');
  return {
    kind: 'json_schema',
    schema,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
  };
}
