import { isDeepStrictEqual } from 'node:util';
import { WeirError } from '@weir/core/errors';
import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { policyAcceptances, policyVersions, type PolicyText } from '@weir/db/schema';
import { and, desc, eq, inArray, notExists, sql } from 'drizzle-orm';
import { announce } from '../announcements/announce.ts';
import type { PolicyFacts } from './policy-facts.ts';
import type { PolicyView } from './policy-view.ts';
import { privacyEn } from './privacy-en.ts';
import { privacyZhCn } from './privacy-zh-cn.ts';
import { termsEn } from './terms-en.ts';
import { termsZhCn } from './terms-zh-cn.ts';

export const POLICY_KINDS = ['privacy', 'terms'] as const;

export type PolicyKind = (typeof POLICY_KINDS)[number];

/** What everybody is told of a new version. */
const PUBLISHED = { privacy: 'privacy_published', terms: 'terms_published' } as const;

/** The words of a policy by language. */
type PolicyTexts = Readonly<Record<string, PolicyText>>;

/** The words of a policy as the gateway is set up now. */
export function policyTexts(kind: PolicyKind, facts: PolicyFacts): PolicyTexts {
  return kind === 'privacy'
    ? { en: privacyEn(facts), 'zh-CN': privacyZhCn(facts) }
    : { en: termsEn(facts), 'zh-CN': termsZhCn(facts) };
}

/**
 * Makes the present words of a policy the version in force, unless they are that already, and has everybody
 * told. Of two at once one waits.
 * @returns the version in force.
 */
export async function publishPolicy(
  db: Db,
  kind: PolicyKind,
  facts: PolicyFacts,
): Promise<{ versionId: string; previousId: string | null; isNew: boolean }> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`lock table ${policyVersions} in share row exclusive mode`);
    const texts = policyTexts(kind, facts);
    const inForce = await versionInForce(tx, kind);
    if (inForce && isSameText(inForce.texts, texts)) {
      return { versionId: inForce.id, previousId: inForce.id, isNew: false };
    }
    const versionId = newId('policy');
    await tx.insert(policyVersions).values({ id: versionId, kind, texts });
    await announce(tx, { notice: PUBLISHED[kind], data: { versionId } });
    return { versionId, previousId: inForce?.id ?? null, isNew: true };
  });
}

/**
 * A version of a policy, by default the one in force; before the first was published, a draft of it.
 * @throws {WeirError} `not_found`
 */
export async function findPolicy(
  db: Db,
  { kind, versionId }: { kind: PolicyKind; versionId?: string | undefined },
  facts: () => Promise<PolicyFacts>,
): Promise<PolicyView> {
  const versions = await db
    .select()
    .from(policyVersions)
    .where(eq(policyVersions.kind, kind))
    .orderBy(desc(policyVersions.id));
  const version = versionId === undefined ? versions[0] : versions.find(({ id }) => id === versionId);
  if (!version && versionId !== undefined) {
    throw new WeirError('not_found', `There is no version ${versionId}.`, { param: 'versionId' });
  }
  return {
    kind,
    versionId: version?.id ?? null,
    publishedAt: version?.publishedAt.toISOString() ?? null,
    texts: version?.texts ?? policyTexts(kind, await facts()),
    versions: versions.map(({ id, publishedAt }) => ({
      versionId: id,
      publishedAt: publishedAt.toISOString(),
    })),
  };
}

/**
 * The policies whose version in force says something else than the gateway would by how it is set up now. One of which none
 * was published is a draft, and says so.
 */
export async function outdatedPolicies(db: Db, facts: PolicyFacts): Promise<PolicyKind[]> {
  const inForce = await Promise.all(POLICY_KINDS.map((kind) => versionInForce(db, kind)));
  return POLICY_KINDS.filter((kind, index) => {
    const version = inForce[index];
    return version !== undefined && !isSameText(version.texts, policyTexts(kind, facts));
  });
}

/** As it is stored: what is undefined in JSON is not there. */
function isSameText(stored: PolicyTexts, texts: PolicyTexts): boolean {
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(texts)));
}

async function versionInForce(db: Db, kind: PolicyKind) {
  const [version] = await db
    .select()
    .from(policyVersions)
    .where(eq(policyVersions.kind, kind))
    .orderBy(desc(policyVersions.id))
    .limit(1);
  return version;
}

/** The versions in force that a person has not accepted. */
export async function pendingPolicies(
  db: Db,
  userId: string,
): Promise<{ kind: PolicyKind; versionId: string; publishedAt: string }[]> {
  const inForce = db
    .selectDistinctOn([policyVersions.kind], { id: policyVersions.id })
    .from(policyVersions)
    .orderBy(policyVersions.kind, desc(policyVersions.id));
  const accepted = db
    .select({ versionId: policyAcceptances.versionId })
    .from(policyAcceptances)
    .where(and(eq(policyAcceptances.userId, userId), eq(policyAcceptances.versionId, policyVersions.id)));
  const rows = await db
    .select({
      kind: policyVersions.kind,
      versionId: policyVersions.id,
      publishedAt: policyVersions.publishedAt,
    })
    .from(policyVersions)
    .where(and(inArray(policyVersions.id, inForce), notExists(accepted)))
    .orderBy(policyVersions.kind);
  return rows.map((row) => ({ ...row, publishedAt: row.publishedAt.toISOString() }));
}

/** Writes down what a person was shown and went on with; a version a second time changes nothing. Unknown ids are nothing. */
export async function acceptPolicies(db: Db, userId: string, versionIds: readonly string[]): Promise<void> {
  if (versionIds.length === 0) return;
  const known = await db
    .select({ versionId: policyVersions.id })
    .from(policyVersions)
    .where(inArray(policyVersions.id, [...versionIds]));
  if (known.length === 0) return;
  await db
    .insert(policyAcceptances)
    .values(known.map(({ versionId }) => ({ userId, versionId })))
    .onConflictDoNothing();
}
