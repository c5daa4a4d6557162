import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  tsconfig: 'tsconfig.build.json',
  dts: true,
  plugins: [
    {
      // The api's types name the error table of another package, of whose source no declarations can be made here. The
      // codes that users see are `GatewayErrorCode`, which a type test holds equal to the table's.
      name: 'error-codes-as-text',
      load: {
        order: 'pre',
        filter: { id: /\/core\/src\/errors\.d\.ts$/ },
        handler: () => 'export type ErrorCode = string;',
      },
    },
  ],
});
