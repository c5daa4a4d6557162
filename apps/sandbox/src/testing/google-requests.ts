/** Google's words for what a user says. */
export const says = (text: string) => [{ role: 'user', parts: [{ text }] }];

export const hello = { contents: says('hello big world') };

export const weather = {
  name: 'get_weather',
  parameters: {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' }, days: { type: 'INTEGER' } },
  },
};

export const clock = { name: 'get_time' };

export const withTools = (text: string) => ({
  contents: says(text),
  tools: [{ functionDeclarations: [weather, clock] }],
});

/** The chunks of a stream of server-sent events, whose lines end as Google's do. */
export function crlfEvents(text: string) {
  const events = text.split('\r\n\r\n');
  if (events.pop() !== '') throw new Error('the last event is not whole');
  return events.map((event) => JSON.parse(event.replace(/^data: /, '')));
}
