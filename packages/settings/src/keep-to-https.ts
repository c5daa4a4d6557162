/** Where a server is reached by https, browsers that have come keep to it for a year. */
export const KEEP_TO_HTTPS = { 'strict-transport-security': 'max-age=31536000' } as const;
