/// Configurations that set every field of the schema, with values other than the defaults.
enum CompleteConfiguration {
    static let text = """
        name: "all"
        platform: "p"
        backend: "b"
        runtime: "r"
        version_policy { latest { num_versions: 3 } }
        max_batch_size: 16
        input [
          { name: "x" data_type: TYPE_FP32 format: FORMAT_NHWC dims: [ 1, -1, 3 ] reshape { shape: [ -1, 3 ] }
            is_shape_tensor: true allow_ragged_batch: true optional: true is_non_linear_format_io: true }
        ]
        output [
          { name: "y" data_type: TYPE_STRING dims: [ 2 ] label_filename: "l" reshape { shape: [ 1, 2 ] }
            is_shape_tensor: true is_non_linear_format_io: true }
        ]
        batch_input [
          { kind: BATCH_ITEM_SHAPE target_name: [ "t" ] data_type: TYPE_INT32 source_input: [ "x" ] }
        ]
        batch_output [ { target_name: [ "y" ] source_input: [ "x" ] } ]
        optimization {
          graph { level: -1 }
          priority: PRIORITY_MAX
          cuda {
            graphs: true busy_wait_events: true output_copy_stream: true
            graph_spec [
              { batch_size: 4 input { key: "x" value { dim: [ 3 ] } }
                graph_lower_bound { batch_size: 1 input { key: "x" value { dim: [ 1, 2 ] } } } }
            ]
          }
          execution_accelerators {
            gpu_execution_accelerator [ { name: "g" parameters { key: "k" value: "v" } } ]
            cpu_execution_accelerator [ { name: "c" } ]
          }
          input_pinned_memory { enable: true }
          output_pinned_memory { enable: true }
          gather_kernel_buffer_threshold: 7
          eager_batching: true
        }
        dynamic_batching {
          preferred_batch_size: [ 4, 8 ]
          max_queue_delay_microseconds: 100
          preserve_ordering: true
          priority_levels: 2
          default_priority_level: 1
          default_queue_policy {
            timeout_action: DELAY default_timeout_microseconds: 5 allow_timeout_override: true max_queue_size: 9
          }
          priority_queue_policy { key: 2 value { timeout_action: DELAY } }
        }
        instance_group [
          { name: "g" kind: KIND_GPU count: 2 gpus: [ 1 ] profile: [ "q" ] passive: true host_policy: "h"
            rate_limiter { resources [ { name: "n" global: true count: 4 } ] priority: 5 }
            secondary_devices [ { device_id: 6 } ] }
        ]
        default_model_filename: "f"
        cc_model_filenames { key: "8.0" value: "cc" }
        metric_tags { key: "a" value: "b" }
        parameters { key: "o" value { string_value: "s" } }
        model_warmup [
          { name: "w" batch_size: 1 count: 2
            inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 1 ] input_data_file: "data" } }
            inputs { key: "z" value { zero_data: true } }
            inputs { key: "v" value { random_data: true } } }
        ]
        model_operations { op_library_filename: [ "lib" ] }
        model_transaction_policy { decoupled: true }
        model_repository_agents { agents [ { name: "agent" parameters { key: "k" value: "v" } } ] }
        response_cache { enable: true }
        model_metrics {
          metric_control [
            { metric_identifier { family: "nv" } histogram_options { buckets: [ 0.1, 1.0, 2.5 ] } }
          ]
        }
        """

    static let sequences = """
        version_policy { specific { versions: [ 2, 5 ] } }
        sequence_batching {
          oldest {
            max_candidate_sequences: 4 preferred_batch_size: [ 2 ] max_queue_delay_microseconds: 8 preserve_ordering: true
          }
          max_sequence_idle_microseconds: 7
          control_input [
            { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0.5, 1.25 ] } ] },
            { name: "READY" control [ { kind: CONTROL_SEQUENCE_READY bool_false_true: [ false, true ] } ] },
            { name: "END" control [ { kind: CONTROL_SEQUENCE_END int32_false_true: [ 0, 1 ] } ] },
            { name: "ID" control [ { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_STRING } ] }
          ]
          state [
            { input_name: "i" output_name: "o" data_type: TYPE_INT32 dims: [ -1 ]
              initial_state [
                { data_type: TYPE_INT32 dims: [ 1 ] zero_data: false name: "n" },
                { data_type: TYPE_INT32 dims: [ 1 ] data_file: "f" name: "m" }
              ]
              use_same_buffer_for_input_output: true use_growable_memory: true }
          ]
          iterative_sequence: true
        }
        """

    static let ensemble = """
        version_policy { all { } }
        ensemble_scheduling {
          step [
            { model_name: "a" model_version: -1 input_map { key: "x" value: "in" } output_map { key: "y" value: "out" }
              model_namespace: "n" }
          ]
          max_inflight_requests: 3
        }
        """
}
