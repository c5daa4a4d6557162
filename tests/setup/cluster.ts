import { startThrowawayCluster } from '@weir/db/testing';
import type { TestProject } from 'vitest/node';

/** One throwaway Postgres for the whole run; each test makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startThrowawayCluster();
  project.provide('clusterUrl', cluster.url);
  return () => cluster.stop();
}

declare module 'vitest' {
  interface ProvidedContext {
    clusterUrl: string;
  }
}
