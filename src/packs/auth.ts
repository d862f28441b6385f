/**
 * What `tallystick/packs/auth` exports: the metrics of an authentication server.
 *
 * @module
 */
import type { Registry } from '../registry/registry.js';
import { type InstrumentsOf, type LabelsOf, type PackOptions, register } from './pack.js';
import type { DurationTracker } from './timing/track.js';
import { type TrackedLabels, tracked } from './tracked.js';

export type { DurationTracker, PackOptions, TrackedLabels };

/** The metrics of an authentication server. */
export const authTable = {
  requests: { kind: 'counter', name: 'auth_requests_total', help: 'Authentication requests.', labelNames: ['mechanism', 'status'] },
  tokenRefreshes: { kind: 'counter', name: 'token_refreshes_total', help: 'Tokens refreshed.', labelNames: ['status'] },
  tokenGenerations: { kind: 'counter', name: 'token_generations_total', help: 'Tokens generated.', labelNames: ['status'] },
  tokenRevocations: { kind: 'counter', name: 'token_revocations_total', help: 'Tokens revoked.', labelNames: ['status'] },
  oauthCallbacks: { kind: 'counter', name: 'oauth_callbacks_total', help: 'Callbacks of OAuth providers.', labelNames: ['status'] },
  oauthAuthorizations: { kind: 'counter', name: 'oauth_authorizations_total', help: 'OAuth authorizations.', labelNames: ['status'] },
  sessionCreations: { kind: 'counter', name: 'session_creations_total', help: 'Sessions created.', labelNames: ['status'] },
  sessionValidations: { kind: 'counter', name: 'session_validations_total', help: 'Sessions validated.', labelNames: ['status'] },
  requestDuration: { kind: 'histogram', name: 'auth_request_duration_seconds', help: 'Time an authentication request took.', unit: 'seconds', labelNames: ['mechanism', 'status'] },
  tokenGenerationDuration: { kind: 'histogram', name: 'token_generation_duration_seconds', help: 'Time the generation of a token took.', unit: 'seconds', labelNames: ['status'] },
  oauthFlowDuration: { kind: 'histogram', name: 'oauth_flow_duration_seconds', help: 'Time an OAuth flow took, from the authorization to the callback.', unit: 'seconds', labelNames: ['status'] },
  sessionValidationDuration: { kind: 'histogram', name: 'session_validation_duration_seconds', help: 'Time the validation of a session took.', unit: 'seconds', labelNames: ['status'] },
} as const;

type Table = typeof authTable;

/**
 * Records what an authentication server does. Durations are in seconds; what is refused (NaN, labels that are none) throws a `TallystickError`
 * and records nothing, not the counter either.
 *
 * @example
 * const auth = new AuthMetrics({ registry: new Registry() });
 * auth.recordRequest({ mechanism: 'oauth2', status: 'success' }, 0.042);
 * auth.recordTokenGeneration({ status: 'success' }, 0.003);
 */
export class AuthMetrics {
  /** The instruments, by the names of {@link authTable}. */
  readonly instruments: InstrumentsOf<Table>;
  private readonly registry: Registry | undefined;

  /** @throws TallystickError `SHAPE_MISMATCH` when the registry has one of the names with another shape; `INVALID_OPTIONS` */
  constructor(options: PackOptions = {}) {
    this.instruments = register('auth metrics', authTable, options);
    this.registry = options.registry;
  }

  /** Records an authentication request and the seconds it took. */
  recordRequest(labels: LabelsOf<Table['requests']>, seconds: number): void {
    this.instruments.requestDuration.observe(labels, seconds);
    this.instruments.requests.inc(labels);
  }

  /** Records that a token was refreshed, or was not. */
  recordTokenRefresh(labels: LabelsOf<Table['tokenRefreshes']>): void {
    this.instruments.tokenRefreshes.inc(labels);
  }

  /** Records the generation of a token and the seconds it took. */
  recordTokenGeneration(labels: LabelsOf<Table['tokenGenerations']>, seconds: number): void {
    this.instruments.tokenGenerationDuration.observe(labels, seconds);
    this.instruments.tokenGenerations.inc(labels);
  }

  /** Records that a token was revoked, or was not. */
  recordTokenRevocation(labels: LabelsOf<Table['tokenRevocations']>): void {
    this.instruments.tokenRevocations.inc(labels);
  }

  /** Records that a user was sent to an OAuth provider. */
  recordOauthAuthorization(labels: LabelsOf<Table['oauthAuthorizations']>): void {
    this.instruments.oauthAuthorizations.inc(labels);
  }

  /** Records the callback of an OAuth provider and the seconds the whole flow took. */
  recordOauthCallback(labels: LabelsOf<Table['oauthCallbacks']>, seconds: number): void {
    this.instruments.oauthFlowDuration.observe(labels, seconds);
    this.instruments.oauthCallbacks.inc(labels);
  }

  /** Records that a session was created, or was not. */
  recordSessionCreation(labels: LabelsOf<Table['sessionCreations']>): void {
    this.instruments.sessionCreations.inc(labels);
  }

  /** Records the validation of a session and the seconds it took. */
  recordSessionValidation(labels: LabelsOf<Table['sessionValidations']>, seconds: number): void {
    this.instruments.sessionValidationDuration.observe(labels, seconds);
    this.instruments.sessionValidations.inc(labels);
  }

  /** Times functions that answer authentication requests, or decorates such methods: `trackRequest({ mechanism: 'oauth2' })(logIn)`. */
  trackRequest(labels: TrackedLabels<LabelsOf<Table['requests']>>): DurationTracker {
    return tracked<LabelsOf<Table['requests']>>((all, seconds) => this.recordRequest(all, seconds), labels, this.registry);
  }

  /** Times functions that generate tokens. */
  trackTokenGeneration(labels: TrackedLabels<LabelsOf<Table['tokenGenerations']>>): DurationTracker {
    return tracked<LabelsOf<Table['tokenGenerations']>>((all, seconds) => this.recordTokenGeneration(all, seconds), labels, this.registry);
  }

  /** Times functions that go through a whole OAuth flow. */
  trackOauthFlow(labels: TrackedLabels<LabelsOf<Table['oauthCallbacks']>>): DurationTracker {
    return tracked<LabelsOf<Table['oauthCallbacks']>>((all, seconds) => this.recordOauthCallback(all, seconds), labels, this.registry);
  }

  /** Times functions that validate sessions. */
  trackSessionValidation(labels: TrackedLabels<LabelsOf<Table['sessionValidations']>>): DurationTracker {
    return tracked<LabelsOf<Table['sessionValidations']>>((all, seconds) => this.recordSessionValidation(all, seconds), labels, this.registry);
  }
}
