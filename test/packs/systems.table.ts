/**
 * The names, labels and bounds that dashboards, alerts and callers depend on, typed in by hand from the description of the systems and not
 * taken from the code: a row for each metric. `{…}` holds the labels, `[…]` the bounds or quantiles, where they are given.
 */
const times = '.3 .5 .8 1 1.5 2 2.5 5 10 15 20 30 40 50 60 120 240 480 960 1920 7680';
const usual = '.005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5 5 7.5 10';

export const engine: string = `
gauge     x_engine_num_requests_running
gauge     x_engine_num_requests_waiting
counter   x_engine_num_prompt_tokens_total
counter   x_engine_num_generation_tokens_total
histogram x_engine_request_latency_seconds [.01 .05 .1 .25 .5 1 2.5 5 10 30 60]
histogram x_engine_time_to_first_token_seconds [.001 .005 .01 .025 .05 .1 .25 .5 1 2.5]
histogram x_engine_inter_token_latency_seconds [.001 .005 .01 .02 .05 .1 .2 .5]
gauge     x_cache_cache_hit_rate
gauge     x_cache_kv_cache_usage
gauge     x_gpu_gpu_memory_used_bytes {device}
gauge     x_spec_decode_spec_decode_acceptance_rate
counter   x_spec_decode_spec_decode_num_accepted_total
counter   x_spec_decode_spec_decode_num_drafted_total
`;

/** For a model of at most 3 000 tokens. */
export const vllm: string = `
gauge     vllm:num_requests_running {model_name,engine}
gauge     vllm:num_requests_waiting {model_name,engine}
gauge     vllm:kv_cache_usage_perc {model_name,engine}
gauge     vllm:lora_requests_info {model_name,engine,max_lora,waiting_lora_adapters,running_lora_adapters}
gauge     vllm:cache_config_info {model_name,engine}
counter   vllm:prefix_cache_queries_total {model_name,engine}
counter   vllm:prefix_cache_hits_total {model_name,engine}
counter   vllm:num_preemptions_total {model_name,engine}
counter   vllm:prompt_tokens_total {model_name,engine}
counter   vllm:generation_tokens_total {model_name,engine}
counter   vllm:request_success_total {model_name,engine,finished_reason}
histogram vllm:request_prompt_tokens {model_name,engine} [1 2 5 10 20 50 100 200 500 1000 2000]
histogram vllm:request_generation_tokens {model_name,engine} [1 2 5 10 20 50 100 200 500 1000 2000]
histogram vllm:request_max_num_generation_tokens {model_name,engine} [1 2 5 10 20 50 100 200 500 1000 2000]
histogram vllm:request_params_max_tokens {model_name,engine} [1 2 5 10 20 50 100 200 500 1000 2000]
histogram vllm:iteration_tokens_total {model_name,engine} [1 8 16 32 64 128 256 512 1024 2048 4096 8192 16384]
histogram vllm:request_params_n {model_name,engine} [1 2 5 10 20]
histogram vllm:time_to_first_token_seconds {model_name,engine} [.001 .005 .01 .02 .04 .06 .08 .1 .25 .5 .75 1 2.5 5 7.5 10 20 40 80 160 640 2560]
histogram vllm:time_per_output_token_seconds {model_name,engine} [.01 .025 .05 .075 .1 .15 .2 .3 .4 .5 .75 1 2.5 5 7.5 10 20 40 80]
histogram vllm:e2e_request_latency_seconds {model_name,engine} [${times}]
histogram vllm:request_queue_time_seconds {model_name,engine} [${times}]
histogram vllm:request_inference_time_seconds {model_name,engine} [${times}]
histogram vllm:request_prefill_time_seconds {model_name,engine} [${times}]
histogram vllm:request_decode_time_seconds {model_name,engine} [${times}]
`;

export const circuitBreaker: string = `
counter   circuit_breaker_calls_total {component}
counter   circuit_breaker_calls_success {component}
counter   circuit_breaker_calls_failed {component}
gauge     circuit_breaker_failure_rate {component}
summary   circuit_breaker_latency_seconds {component} [.5 .9 .95 .99]
gauge     circuit_breaker_latency_seconds_avg {component}
stateset  circuit_breaker_state {component,state}
counter   log_entries_total {component}
counter   log_entries_by_level {component,level}
`;

export const mcp: string = `
counter   codeintel_runs_total {tool,status}
counter   codeintel_run_errors_total {tool,error_code}
histogram codeintel_mcp_request_latency_seconds {tool,status} [.05 .1 .25 .5 1 2.5 5]
histogram codeintel_search_stage_latency_seconds {stage} [.005 .01 .05 .1 .25 .5 1]
`;

export const registryService: string = `
counter   registry_operations_total {operation,resource_type,status}
counter   mcp_server_requests_total {server_name}
counter   mcp_tool_discovery_total {tool_name,source,status}
counter   mcp_tool_execution_total {tool_name,server_name,method,status}
counter   mcp_resource_access_total {resource_uri,server_name,status}
counter   mcp_prompt_execution_total {prompt_name,server_name,status}
counter   auth_requests_total {mechanism,status}
histogram registry_operation_duration_seconds {operation,resource_type,status} [${usual}]
histogram mcp_tool_execution_duration_seconds {tool_name,server_name,method,status} [${usual}]
histogram mcp_tool_discovery_duration_seconds {tool_name,source,status} [${usual}]
histogram mcp_resource_access_duration_seconds {resource_uri,server_name,status} [${usual}]
histogram mcp_prompt_execution_duration_seconds {prompt_name,server_name,status} [${usual}]
`;

export const auth: string = `
counter   auth_requests_total {mechanism,status}
counter   token_refreshes_total {status}
counter   token_generations_total {status}
counter   token_revocations_total {status}
counter   oauth_callbacks_total {status}
counter   oauth_authorizations_total {status}
counter   session_creations_total {status}
counter   session_validations_total {status}
histogram auth_request_duration_seconds {mechanism,status} [${usual}]
histogram token_generation_duration_seconds {status} [${usual}]
histogram oauth_flow_duration_seconds {status} [${usual}]
histogram session_validation_duration_seconds {status} [${usual}]
`;

export const http: string = `
counter   http_requests_total {method,route,status_code}
histogram http_request_duration_seconds {method,route} [${usual}]
`;

/** Upper bounds by unit, of histograms that are declared. */
export const declaredBounds: string = `
ms    .5 1 2 5 10 25 50 100 250 500 1000 2500 5000 10000
bytes 1e6 1e7 1e8 5e8 1e9 5e9 1e10 5e10 1e11
`;
