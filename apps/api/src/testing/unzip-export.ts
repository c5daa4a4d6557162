import { unzipSync } from 'fflate';

/** The files of the export that a ticket stands for, by name. */
export async function unzipExport(url: string, ticket: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/export`, { headers: { authorization: `Bearer ${ticket}` } });
  if (!response.ok) throw new Error(await response.text());
  return textsOf(new Uint8Array(await response.arrayBuffer()));
}

/** The files of a zip, by name. */
export function textsOf(zip: Uint8Array): Record<string, string> {
  const files = Object.entries(unzipSync(zip));
  return Object.fromEntries(files.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
}
