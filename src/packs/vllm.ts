/**
 * What `tallystick/packs/vllm` exports: a ready set for an inference engine, and the set that vLLM itself exposes.
 *
 * @module
 */
import { TallystickError, show } from '../model/errors.js';
import type { LabelValue } from '../model/labels.js';
import { type InstrumentsOf, type PackOptions, commonOptions, packOptions, register, registryOf } from './pack.js';

export type { PackOptions };

/** The metrics of an inference engine, for a namespace of the caller's. */
export const engineTable = {
  requestsRunning: { kind: 'gauge', subsystem: 'engine', name: 'num_requests_running', help: 'Requests that are being run.' },
  requestsWaiting: { kind: 'gauge', subsystem: 'engine', name: 'num_requests_waiting', help: 'Requests that wait to be run.' },
  promptTokens: { kind: 'counter', subsystem: 'engine', name: 'num_prompt_tokens_total', help: 'Tokens of prompts processed.' },
  generationTokens: { kind: 'counter', subsystem: 'engine', name: 'num_generation_tokens_total', help: 'Tokens generated.' },
  requestLatency: { kind: 'histogram', subsystem: 'engine', name: 'request_latency_seconds', help: 'Time from the arrival of a request to its end.', unit: 'seconds', buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] },
  timeToFirstToken: { kind: 'histogram', subsystem: 'engine', name: 'time_to_first_token_seconds', help: 'Time from the arrival of a request to its first token.', unit: 'seconds', buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] },
  interTokenLatency: { kind: 'histogram', subsystem: 'engine', name: 'inter_token_latency_seconds', help: 'Time between two tokens of a request.', unit: 'seconds', buckets: [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] },
  cacheHitRate: { kind: 'gauge', subsystem: 'cache', name: 'cache_hit_rate', help: 'Share of look-ups that the prefix cache answered, from 0 to 1.', aggregator: 'average' },
  kvCacheUsage: { kind: 'gauge', subsystem: 'cache', name: 'kv_cache_usage', help: 'Share of the KV cache in use, from 0 to 1.', aggregator: 'average' },
  gpuMemoryUsed: { kind: 'gauge', subsystem: 'gpu', name: 'gpu_memory_used_bytes', help: 'Memory in use on a GPU.', unit: 'bytes', labelNames: ['device'] },
  specDecodeAcceptanceRate: { kind: 'gauge', subsystem: 'spec_decode', name: 'spec_decode_acceptance_rate', help: 'Share of drafted tokens that were accepted, from 0 to 1.', aggregator: 'average' },
  specDecodeAccepted: { kind: 'counter', subsystem: 'spec_decode', name: 'spec_decode_num_accepted_total', help: 'Drafted tokens that were accepted.' },
  specDecodeDrafted: { kind: 'counter', subsystem: 'spec_decode', name: 'spec_decode_num_drafted_total', help: 'Tokens drafted.' },
} as const;

/**
 * The instruments of an inference engine; the same ones when asked again with the same registry and namespace.
 *
 * @throws TallystickError `SHAPE_MISMATCH` when the registry has one of the names with another shape; `INVALID_OPTIONS`
 *
 * @example
 * const engine = engineMetrics({ registry: new Registry(), namespace: 'shop' });
 * engine.requestsRunning.inc();
 * engine.timeToFirstToken.observe(0.031);
 * engine.gpuMemoryUsed.set({ device: '0' }, 12e9);
 */
export function engineMetrics(options: PackOptions = {}): InstrumentsOf<typeof engineTable> {
  return register('engine metrics', engineTable, options);
}

/** Bounds of the times of whole requests and of their phases, in seconds. */
const requestBounds: readonly number[] = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];

/** The metrics that vLLM itself exposes, which its dashboards query. Numbers of tokens have the bounds 1, 2, 5, 10 … up to the model's length. */
export const vllmTable = {
  requestsRunning: { kind: 'gauge', name: 'vllm:num_requests_running', help: 'Requests that are being run.', labelNames: ['model_name', 'engine'] },
  requestsWaiting: { kind: 'gauge', name: 'vllm:num_requests_waiting', help: 'Requests that wait to be run.', labelNames: ['model_name', 'engine'] },
  kvCacheUsage: { kind: 'gauge', name: 'vllm:kv_cache_usage_perc', help: 'Share of the KV cache in use, from 0 to 1.', labelNames: ['model_name', 'engine'], aggregator: 'average' },
  loraRequestsInfo: { kind: 'gauge', name: 'vllm:lora_requests_info', help: 'Requests by LoRA adapter; the value is the time of the last change.', labelNames: ['model_name', 'engine', 'max_lora', 'waiting_lora_adapters', 'running_lora_adapters'], aggregator: 'max' },
  cacheConfigInfo: { kind: 'gauge', name: 'vllm:cache_config_info', help: 'How the cache is configured; the value is 1.', labelNames: ['model_name', 'engine'], aggregator: 'max' },
  prefixCacheQueries: { kind: 'counter', name: 'vllm:prefix_cache_queries_total', help: 'Tokens looked up in the prefix cache.', labelNames: ['model_name', 'engine'] },
  prefixCacheHits: { kind: 'counter', name: 'vllm:prefix_cache_hits_total', help: 'Tokens found in the prefix cache.', labelNames: ['model_name', 'engine'] },
  preemptions: { kind: 'counter', name: 'vllm:num_preemptions_total', help: 'Requests that were set back for others.', labelNames: ['model_name', 'engine'] },
  promptTokens: { kind: 'counter', name: 'vllm:prompt_tokens_total', help: 'Tokens of prompts processed.', labelNames: ['model_name', 'engine'] },
  generationTokens: { kind: 'counter', name: 'vllm:generation_tokens_total', help: 'Tokens generated.', labelNames: ['model_name', 'engine'] },
  requestSuccesses: { kind: 'counter', name: 'vllm:request_success_total', help: 'Requests that were brought to an end, by its reason.', labelNames: ['model_name', 'engine', 'finished_reason'] },
  requestPromptTokens: { kind: 'histogram', name: 'vllm:request_prompt_tokens', help: 'Tokens of a prompt.', labelNames: ['model_name', 'engine'] },
  requestGenerationTokens: { kind: 'histogram', name: 'vllm:request_generation_tokens', help: 'Tokens generated for a request.', labelNames: ['model_name', 'engine'] },
  requestMaxGenerationTokens: { kind: 'histogram', name: 'vllm:request_max_num_generation_tokens', help: 'Most tokens asked for in a sequence of a request.', labelNames: ['model_name', 'engine'] },
  requestParamsMaxTokens: { kind: 'histogram', name: 'vllm:request_params_max_tokens', help: 'The parameter max_tokens of a request.', labelNames: ['model_name', 'engine'] },
  iterationTokens: { kind: 'histogram', name: 'vllm:iteration_tokens_total', help: 'Tokens processed in a step of the engine.', labelNames: ['model_name', 'engine'], buckets: [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384] },
  requestParamsN: { kind: 'histogram', name: 'vllm:request_params_n', help: 'The parameter n of a request.', labelNames: ['model_name', 'engine'], buckets: [1, 2, 5, 10, 20] },
  timeToFirstToken: { kind: 'histogram', name: 'vllm:time_to_first_token_seconds', help: 'Time from the arrival of a request to its first token.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560] },
  timePerOutputToken: { kind: 'histogram', name: 'vllm:time_per_output_token_seconds', help: 'Time for each token after the first.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80] },
  e2eRequestLatency: { kind: 'histogram', name: 'vllm:e2e_request_latency_seconds', help: 'Time from the arrival of a request to its end.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: requestBounds as readonly number[] },
  requestQueueTime: { kind: 'histogram', name: 'vllm:request_queue_time_seconds', help: 'Time a request waited.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: requestBounds as readonly number[] },
  requestInferenceTime: { kind: 'histogram', name: 'vllm:request_inference_time_seconds', help: 'Time a request was run.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: requestBounds as readonly number[] },
  requestPrefillTime: { kind: 'histogram', name: 'vllm:request_prefill_time_seconds', help: 'Time a request was in its prefill phase.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: requestBounds as readonly number[] },
  requestDecodeTime: { kind: 'histogram', name: 'vllm:request_decode_time_seconds', help: 'Time a request was in its decode phase.', unit: 'seconds', labelNames: ['model_name', 'engine'], buckets: requestBounds as readonly number[] },
} as const;

export interface VllmOptions extends PackOptions {
  /** How many tokens the model takes at most: the bounds of numbers of tokens end there. A whole number of at least 1, default 131 072. */
  readonly maxModelLength?: number;
  /** How the cache is configured: labels that `vllm:cache_config_info` carries beside `model_name` and `engine`. */
  readonly cacheConfig?: Readonly<Record<string, LabelValue>>;
}

const subject = 'vllm metrics';

/**
 * The instruments of the set that vLLM exposes; the same ones when asked again with the same options.
 *
 * @throws TallystickError `SHAPE_MISMATCH` when the registry has one of the names with another shape; `INVALID_OPTIONS`
 *
 * @example
 * const vllm = vllmMetrics({ registry: new Registry(), maxModelLength: 8192, cacheConfig: { block_size: 16 } });
 * const series = { model_name: 'm', engine: '0' };
 * vllm.cacheConfigInfo.set(series, 1);
 * vllm.e2eRequestLatency.observe(series, 1.7);
 * vllm.requestSuccesses.inc({ ...series, finished_reason: 'stop' });
 */
export function vllmMetrics(options: VllmOptions = {}): InstrumentsOf<typeof vllmTable> {
  registryOf(subject, options, [...packOptions, 'maxModelLength', 'cacheConfig']);
  const { maxModelLength = 131_072, cacheConfig = {} } = options;
  const buckets = tokenBounds(maxModelLength);
  const tokens = { buckets };
  return register(subject, vllmTable, commonOptions(options), {
    cacheConfigInfo: { constLabels: cacheConfig },
    requestPromptTokens: tokens,
    requestGenerationTokens: tokens,
    requestMaxGenerationTokens: tokens,
    requestParamsMaxTokens: tokens,
  });
}

/** 1, 2 and 5 times the powers of ten, as far as the model's length. */
function tokenBounds(longest: unknown): readonly number[] {
  if (!Number.isSafeInteger(longest) || (longest as number) < 1) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: maxModelLength is ${show(longest)}; give a whole number of tokens, at least 1`);
  }
  const bounds: number[] = [];
  for (let power = 1; power <= (longest as number); power *= 10) bounds.push(power, 2 * power, 5 * power);
  return bounds.filter((bound) => bound <= (longest as number));
}
