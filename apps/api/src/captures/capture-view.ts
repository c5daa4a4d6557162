/** A capture that is on, for whoever is signed in. */
export interface ActiveCaptureView {
  keyId: string;
  keyName: string;
  /** ISO 8601. */
  endsAt: string;
}

/** A key's capture. Its records can be read until `endsAt`. */
export interface CaptureView {
  captureId: string;
  keyId: string;
  /** Base64url; in which browser the private key is, nobody here knows. */
  publicKey: string;
  startedAt: string;
  endsAt: string;
  /** Whether calls are being captured: it was not switched off, and the key not revoked. */
  isOn: boolean;
  /** Calls that could not be kept. */
  dropped: number;
}

/** A line of who switched it on and off. */
export interface CaptureLogView {
  at: string;
  keyId: string;
  action: 'on' | 'off' | 'deleted' | 'over';
  /** Null for the gateway by itself, and for somebody who is gone. */
  by: string | null;
  /** Of a switching on: until when. */
  endsAt: string | null;
}

/** All about the capture of one key. */
export interface KeyCaptureView {
  keyName: string;
  /** A revoked key’s can’t be switched on. */
  isRevoked: boolean;
  capture: CaptureView | null;
  /** The newest twenty. */
  log: CaptureLogView[];
}

/** What is known of a captured call without its key. */
export interface CaptureRecordView {
  requestId: string;
  /** Null where the call did not get so far. */
  modelId: string | null;
  /** Null where the client had gone before it got one. */
  status: number | null;
  startedAt: string;
  durationMs: number;
  /** As they were; what is sealed was cut where it is shorter. */
  requestBytes: number;
  replyBytes: number;
  isRequestCut: boolean;
  isReplyCut: boolean;
}

/** A captured call as it is kept; base64. */
export interface SealedRecordView extends CaptureRecordView {
  captureId: string;
  encapsulated: string;
  sealedRequest: string;
  sealedReply: string;
}

export interface CaptureRecordPage {
  items: CaptureRecordView[];
  nextCursor: string | null;
}
