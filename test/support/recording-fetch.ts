import type { Fetch } from '../../src/export/http-transport.js';

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is answered: a status, with headers and a body, or no answer at all. */
export type PlannedAnswer = number | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | Error;

/** A `fetch` that keeps requests and answers as planned, or with 204 when nothing is left of the plan. */
export function recordingFetch(plan: PlannedAnswer[] = []): { readonly fetch: Fetch; readonly sent: SentRequest[]; readonly plan: PlannedAnswer[] } {
  const sent: SentRequest[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    sent.push({ method, url, headers, body: Uint8Array.from(body ?? []) });
    const answer = plan.shift() ?? 204;
    if (answer instanceof Error) throw answer;
    const { status, headers: answered = {}, body: text } = typeof answer === 'number' ? { status: answer } : answer;
    return new Response(status === 204 ? null : (text ?? ''), { status, headers: answered });
  };
  return { fetch, sent, plan };
}
