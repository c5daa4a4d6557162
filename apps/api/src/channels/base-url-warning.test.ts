import { privateHosts } from '@weir/settings/private-hosts';
import { describe, expect, it } from 'vitest';
import { baseUrlWarning } from './base-url-warning.ts';

describe('the warning about a base URL', () => {
  it.each([
    ['http://api.example.com/v1', 'api.example.com:80'],
    ['http://127.0.0.1:8000/v1', '127.0.0.1:8000'],
    ['https://10.1.2.3/v1', '10.1.2.3:443'],
    ['https://[fd00::1]:8443/v1', '[fd00::1]:8443'],
    ['https://[::1]/v1', '[::1]:443'],
    ['https://169.254.169.254/latest', '169.254.169.254:443'],
    ['https://localhost/v1', 'localhost:443'],
    ['https://vllm/v1', 'vllm:443'],
    ['https://vllm.internal/v1', 'vllm.internal:443'],
  ])('for %s names what to allow', (baseUrl, host) => {
    expect(baseUrlWarning(baseUrl, privateHosts.parse(''))).toContain(
      `unless ${host} is in its WEIR_UPSTREAM_PRIVATE_HOSTS`,
    );
  });

  it('is not given for https at a public name or address, nor for a host that is allowed', () => {
    expect(baseUrlWarning('https://api.example.com/v1', privateHosts.parse(''))).toBeUndefined();
    expect(baseUrlWarning('https://1.1.1.1/v1', privateHosts.parse(''))).toBeUndefined();
    expect(
      baseUrlWarning('http://127.0.0.1:8000/v1', privateHosts.parse('other, 127.0.0.1:8000')),
    ).toBeUndefined();
    expect(baseUrlWarning('https://[fd00::1]:8443/v1', privateHosts.parse('[fd00::1]:8443'))).toBeUndefined();
    expect(
      baseUrlWarning('http://VLLM.internal:8000/v1', privateHosts.parse('vllm.internal')),
    ).toBeUndefined();
    expect(baseUrlWarning('http://127.0.0.1:8001/v1', privateHosts.parse('127.0.0.1:8000'))).toBeDefined();
  });
});
