import { nextTurn } from '../../platform/timers.js';
import type { Registry } from '../../registry/registry.js';
import type { FamilyView } from '../../store/family-view.js';
import type { Backend, Outcome } from '../backend.js';
import { type Answer, outcomeOf, request, textOf } from '../http-transport.js';
import { RequestEncoder, type RequestPayload, type Versions } from './request-encoder.js';
import { type RemoteWriteSettings, subject } from './settings.js';

const sharedHeaders = { 'content-encoding': 'snappy', 'user-agent': 'tallystick' };
const headersOf = {
  '1.0': { ...sharedHeaders, 'content-type': 'application/x-protobuf', 'x-prometheus-remote-write-version': '0.1.0' },
  '2.0': { ...sharedHeaders, 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request', 'x-prometheus-remote-write-version': '2.0.0' },
};
/** What a Prometheus without `native-histograms` says beside a 500, and will say again and again. */
const nativeDisabled = 'native histograms are disabled';

/**
 * Remote write as the push loop needs it. A store may answer version 2.0 with 415, or take it for version 1.0 without understanding a word,
 * which shows in the headers that its answer lacks. Until one is known to understand it, each payload has both.
 */
export class RemoteWriteBackend implements Backend {
  readonly name = 'remote_write';
  readonly keepsLatestOnly = false;
  private readonly settings: RemoteWriteSettings;
  private readonly registry: Registry;
  private readonly wallSeconds: () => number;
  private readonly encoder: RequestEncoder;
  private versions: Versions;

  constructor(settings: RemoteWriteSettings, registry: Registry, wallSeconds: () => number) {
    this.settings = settings;
    this.registry = registry;
    this.wallSeconds = wallSeconds;
    this.encoder = new RequestEncoder(settings, registry);
    this.versions = settings.version === '1.0' ? '1.0' : 'both';
  }

  encode(views: readonly FamilyView[], wallSeconds: number): AsyncGenerator<RequestPayload, void, undefined> {
    return inTurns(this.encoder.encode(views, wallSeconds, this.versions));
  }

  farewell(wallSeconds: number): AsyncGenerator<RequestPayload, void, undefined> {
    return inTurns(this.encoder.farewell(wallSeconds, this.versions));
  }

  close(): void {
    this.encoder.forget();
  }

  async send(payload: RequestPayload, signal: AbortSignal): Promise<Outcome> {
    const { bytes, middle, items } = payload;
    if (middle > 0 && this.versions !== '1.0') {
      const answer = await this.post('2.0', bytes.subarray(0, middle), signal);
      const written = writtenBy(answer);
      if (answer.status !== 415 && (written !== undefined || !isSuccess(answer))) {
        if (isSuccess(answer)) this.versions = '2.0';
        return this.outcome(answer, items, written);
      }
      this.versions = '1.0';
      this.registry.warn(`${subject}: the receiver does not know version 2.0; going on with 1.0`, undefined);
    }
    // What was written for a receiver that knew version 2.0 then.
    if (middle === bytes.length) return { kind: 'drop', reason: 'version' };
    return this.outcome(await this.post('1.0', bytes.subarray(middle), signal), items, undefined);
  }

  private post(version: '1.0' | '2.0', body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Answer> {
    const { fetch, url, headers } = this.settings;
    return request(fetch, 'POST', url, { ...headers, ...headersOf[version] }, body, signal);
  }

  /** Both versions: 5xx and 429 are tried again, everything else is final ("Retries & Backoff"). */
  private outcome(answer: Answer, items: number, written: number | undefined): Outcome {
    const { status } = answer;
    const text = textOf(answer);
    if (status >= 500 && text.includes(nativeDisabled)) {
      this.encoder.leaveOutNative();
      this.registry.warn(`${subject}: the receiver takes no native histograms; they are left out from now on. Enable them there, or give nativeHistograms: false`, new Error(text));
      return { kind: 'drop', reason: 'native_histograms' };
    }
    const outcome = outcomeOf(answer, (code) => code === 429 || code >= 500, this.wallSeconds());
    const isPartial = written !== undefined && written > 0 && written < items;
    if (outcome.kind === 'sent') return isPartial ? { kind: 'sent', rejectedItems: items - written, reason: `it says that it wrote ${written}` } : outcome;
    if (outcome.kind === 'retry') return outcome;
    const reason = `it answered ${status}: ${text}`;
    if (isPartial) return { kind: 'sent', rejectedItems: items - written, reason };
    this.registry.warn(`${subject}: the receiver refuses what it is sent, with status ${status}`, new Error(reason));
    return outcome;
  }
}

/** Lets the event loop run after each request: 10 000 samples take some 3 ms (Node 20). */
async function* inTurns(requests: Iterable<RequestPayload>): AsyncGenerator<RequestPayload, void, undefined> {
  for (const one of requests) {
    yield one;
    await nextTurn();
  }
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** How many samples and histograms a receiver of version 2.0 says that it wrote; undefined for one that says nothing. */
function writtenBy({ headers }: Answer): number | undefined {
  const [samples, histograms, exemplars] = ['samples', 'histograms', 'exemplars'].map((what) => headers.get(`x-prometheus-remote-write-${what}-written`));
  if (samples === null && histograms === null && exemplars === null) return undefined;
  return count(samples) + count(histograms);
}

function count(header: string | null | undefined): number {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}
