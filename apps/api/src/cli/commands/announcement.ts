import { readFile } from 'node:fs/promises';
import { newId } from '@weir/core/ids';
import { WeirError } from '@weir/core/errors';
import { Option, type Command } from 'commander';
import {
  ANNOUNCEMENT_KINDS,
  announcementInput,
  type AnnouncementInput,
} from '../../announcements/announcement-inputs.ts';
import { listAnnouncements } from '../../announcements/list-announcements.ts';
import { publishAnnouncement, withdrawAnnouncement } from '../../announcements/publish-announcement.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { idOf } from '../values.ts';

/** Of the newest. */
const LISTED_MAX = 50;

export function addAnnouncementCommands(program: Command): void {
  const group = program.command('announcement').description('What everybody is told.');

  operation(group, 'publish', {
    description:
      'Tell everybody something: in the dashboard, and by mail and webhook as they prefer. The servers do it once they run.',
    examples: [
      'announcement publish --kind service --texts announcement.json',
      'announcement publish --kind policy --texts terms-in-march.json --json',
    ],
  })
    .addOption(
      new Option('--kind <kind>', 'service, or policy for changes of terms that are to come')
        .choices(ANNOUNCEMENT_KINDS)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--texts <file>',
      'JSON with each language of the brand: {"en": {"title": "…", "text": "…"}, "zh-CN": {…}}',
    )
    .action(publish);

  operation(group, 'list', {
    description: 'List what was announced, newest first, and how many people have it.',
    examples: ['announcement list', 'announcement list --json'],
  }).action(list);

  operation(group, 'withdraw', {
    description: 'Take an announcement back: nobody sees it any more, and what was not sent yet is not.',
    examples: ['announcement withdraw ann_06e2m8k3q0…'],
  })
    .argument('<announcement>', 'its id', idOf('announcement'))
    .action(withdraw);
}

async function publish(options: { kind: 'service' | 'policy'; texts: string; json?: true }): Promise<void> {
  const input = readInput(options.kind, await readFile(options.texts, 'utf8'));
  const result = await changeDatabase(({ db }, { brand }) => publishAnnouncement(db, input, brand.locales));
  const { announcementId, recipients } = result;
  printResult(options, result, `Published ${announcementId}. It is for ${recipients} people.`);
}

/** @throws {WeirError} `invalid_request` */
function readInput(kind: string, file: string): AnnouncementInput {
  let texts: unknown;
  try {
    texts = JSON.parse(file);
  } catch {
    throw new WeirError('invalid_request', 'The file with the texts is no JSON.');
  }
  const result = announcementInput.safeParse({ announcementId: newId('announcement'), kind, texts });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new WeirError('invalid_request', `${issue?.path.join('.')}: ${issue?.message}`);
}

async function list(options: { json?: true }): Promise<void> {
  const { items } = await useDatabase(({ db }) => listAnnouncements(db, { locale: 'en', limit: LISTED_MAX }));
  const lines = items.map(
    ({ announcementId, state, reached, recipients, title }) =>
      `${announcementId}  ${state}  ${reached} of ${recipients}  ${title}`,
  );
  printResult(options, { announcements: items }, lines.join('\n') || 'Nothing was announced yet.');
}

async function withdraw(announcementId: string, options: { json?: true }): Promise<void> {
  const result = await changeDatabase(({ db }) => withdrawAnnouncement(db, announcementId));
  printResult(
    options,
    result,
    `Withdrew ${announcementId}, which ${result.reached} people had been told of.`,
  );
}
