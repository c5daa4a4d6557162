/* WebAuthn's options in JSON, as browsers take them. https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON */

interface CredentialDescriptorView {
  id: string;
  type: string;
  transports?: string[];
}

/** What a browser needs to make a passkey. */
export interface PasskeyCreationView {
  rp: { id?: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: { alg: number; type: string }[];
  timeout?: number;
  excludeCredentials?: CredentialDescriptorView[];
  authenticatorSelection?: { residentKey?: string; userVerification?: string };
  attestation?: string;
}

/** What a browser needs to have a passkey used. */
export interface PasskeyRequestView {
  challenge: string;
  rpId?: string;
  timeout?: number;
  allowCredentials?: CredentialDescriptorView[];
  userVerification?: string;
}

export interface PasskeyView {
  passkeyId: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
}
