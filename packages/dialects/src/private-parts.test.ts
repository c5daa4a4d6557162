import { describe, expect, it } from 'vitest';
import { fieldPath, withoutPrivateParts } from './private-parts.ts';

const UUID = '7c3a0a52-91f4-4d1e-8a0b-3f2c9d1e7b60';
const RANDOM = 'aB3dE5fG7hJ9kL1mN3pQ5rS7';

/** What a vendor says, and what of it a caller is told. */
const GOES: readonly (readonly [string, string])[] = [
  ['see https://api.acme.test/v1?x=1, please', 'see [address] please'],
  ['gs://acme-bucket/a s3://b/c wss://d:1/e grpc+tls://f', '[address] [address] [address] [address]'],
  ['by inference-17.prod.acme-hosting.com.', 'by [address].'],
  ['at api.acme.co.uk/v1/acme/x failed', 'at [address] failed'],
  ['dial acme-hosting.com:8443: refused', 'dial [address]: refused'],
  ['vllm.default.svc and db.corp:5432', '[address] and [address]'],
  ['localhost:8000, node7:8000, vllm-prod:11434', '[address], [address], [address]'],
  ['ip-10-0-0-7 and ip-10-0-0-7.ec2.internal', '[address] and [address]'],
  ['10.0.0.7, 10.0.0.7:8080, (10.0.0.0/8)', '[address], [address], ([address])'],
  ['2001:db8::17, fe80::1%eth0, ::ffff:10.0.0.7', '[address], [address], [address]'],
  ['2001:db8:0:0:1:2:3:4 [2001:db8::1]:8000 [::]:80', '[address] [address] [address]'],
  ['mail ops+llm@acme-hosting.com now', 'mail [address] now'],
  [`team ${UUID} is limited`, 'team [id] is limited'],
  [`(${UUID})`, '([id])'],
  ['organization: acme-corp, team="acme"', 'organization: [id], team="[id]"'],
  ['for organization acme-corp on tokens', 'for organization [id] on tokens'],
  ['project `acme` and workspace 17', 'project `[id]` and workspace [id]'],
  ['org-abcdef123 proj_aB3dE5f user-17abcdef', '[id] [id] [id]'],
  [
    'accounts/acme-17/models/m, projects/acme/locations/eu',
    'accounts/[id]/models/m, projects/[id]/locations/eu',
  ],
  ['project_number:123456789 arn:aws:iam::1:role/x', 'project_number:[id] [id]'],
  [`sk-proj-abc123DEF sk-ab****cd sk_live_${RANDOM}`, '[key] [key] [key]'],
  ['fw_3ZabcdEFGH… tgp_v1_abcdef pplx-abcdef nvapi-ab_cd-ef', '[key] [key] [key] [key]'],
  ['hf_AbCdEfGh xai-abcdef12 gsk_abcdef12 csk-abcdef12', '[key] [key] [key] [key]'],
  ['AKIAIOSFODNN7EXAMPLE AIzaSyA-1234567890', '[key] [key]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def', '[key]'],
  ['Bearer abc123def and ?key=abc&x', '[key] and ?key=[key]&x'],
  [`${RANDOM} 0123456789abcdef01234567 key=${RANDOM}`, '[id] [id] key=[id]'],
];

const STAYS: readonly string[] = [
  'The model `gpt-4.1-mini-2025-04-14` does not exist, nor claude-3-5-sonnet-20241022.',
  'anthropic.claude-3-5-sonnet-20241022-v2:0, us.meta.llama3-2-90b-instruct-v1:0, qwen2.5-coder:32b, llama3:70b',
  'meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo, accounts/fireworks/models/llama-v3p1-405b-instruct',
  "Invalid 'messages[0].content': messages.0.content, messages.3.tool_calls.0.id, tools.function.id",
  'generation_config.thinking_config.thinking_budget, response_format.json_schema.schema is not set',
  "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
  'maximum context length is 128000 tokens; you asked for 130000 (limit:128000, max_tokens:8000).',
  'anthropic-version: 2023-06-01, v1.2.3, 1.2.3, 0.95, 12:30:45, 2026-01-02T12:30:45Z, 50%',
  'report.final.pdf, app.module.py, engine.py:1204, data.tar.gz',
  'std::vector, ::, a Bearer, in your organization, this project has no access, team members',
  'user_location, project_id, hf_tokenizer, task-oriented-words, risk-averse-people, x-api-key',
  'No tool output found for call_aB3dE5fG7hJ9kL1mN3pQ5rS7, toolu_01A09q90qw90lq917835lq9aB.',
  'The user said "please book a table at Chez Nous for 4", e.g. at 8 p.m.',
  'Donaudampfschifffahrtsgesellschaft 1234567890123456789012345',
];

describe('what is between the operator and a vendor', () => {
  it.each(GOES)('goes: %s', (said, told) => {
    expect(withoutPrivateParts(said)).toBe(told);
  });

  it.each(STAYS)('is not in: %s', (said) => {
    expect(withoutPrivateParts(said)).toBe(said);
  });

  it('is found in a time that grows as the text does', () => {
    const units = [
      'a',
      'a.',
      'a-',
      '1.',
      ':',
      'a:',
      '%',
      '.',
      'eyJ-',
      'arn:aws-',
      'sk-',
      'org ',
      "org 'a",
      'a@',
      'team_',
      '[:',
      'a/',
    ];
    const startedAt = performance.now();
    for (const unit of units) withoutPrivateParts(unit.repeat(100_000 / unit.length));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('the field that a vendor names', () => {
  it.each([
    'max_tokens',
    'messages[0].content',
    'messages.0.content.1',
    'tools[0].function.parameters.properties["a-b"]',
    'input[*].content',
    '$.input',
    'anthropic-version',
  ])('is told: %s', (path) => {
    expect(fieldPath(path)).toBe(path);
  });

  it.each([
    'https://internal.acme/x sk-abcdef123456 org-abcdef123',
    'max_tokens at node7:8000',
    'org-abcdef123',
    'sk-abcdef123456',
    UUID,
    'inference-17.prod.acme-hosting.com',
    '/srv/acme/models',
    '',
    'a'.repeat(201),
  ])('is left out where it is none: %s', (said) => {
    expect(fieldPath(said)).toBeUndefined();
  });
});
