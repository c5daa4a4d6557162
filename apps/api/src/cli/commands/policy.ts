import { Option, type Command } from 'commander';
import { findPolicy, POLICY_KINDS, publishPolicy, type PolicyKind } from '../../policies/policies.ts';
import { policyFacts } from '../../policies/policy-facts.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';

export function addPolicyCommands(program: Command): void {
  const group = program
    .command('policy')
    .description('The privacy policy and the terms, as this gateway is set up.');
  const kind = () => new Option('--kind <kind>', 'which of them').choices(POLICY_KINDS).makeOptionMandatory();

  operation(group, 'publish', {
    description:
      'Publish the present text as a new version, word for word and for good. Everyone is asked to read it. Does nothing when it is in force already.',
    examples: ['policy publish --kind privacy', 'policy publish --kind terms --json'],
  })
    .addOption(kind())
    .action(publish);

  operation(group, 'list', {
    description: 'List the versions that were published, newest first.',
    examples: ['policy list --kind privacy'],
  })
    .addOption(kind())
    .action(list);
}

async function publish(options: { kind: PolicyKind; json?: true }): Promise<void> {
  const { kind } = options;
  const { versionId, isNew } = await changeDatabase(async ({ db }, config) => {
    const result = await publishPolicy(db, kind, await policyFacts(db, config));
    const done = {
      action: 'policy.publish',
      targetId: result.versionId,
      before: { kind, versionId: result.previousId },
      after: { kind, versionId: result.versionId },
    } as const;
    return { result, done: result.isNew ? done : undefined };
  });
  const text = isNew ? `Published ${versionId}.` : `${versionId} says the same and is in force already.`;
  printResult(options, { versionId, published: isNew }, text);
}

async function list(options: { kind: PolicyKind; json?: true }): Promise<void> {
  const { versions } = await useDatabase(({ db }, config) =>
    findPolicy(db, options, () => policyFacts(db, config)),
  );
  const lines = versions.map(({ versionId, publishedAt }) => `${versionId}  ${publishedAt}`);
  printResult(
    options,
    { versions },
    lines.join('\n') || 'None was published yet. See `weir policy publish`.',
  );
}
