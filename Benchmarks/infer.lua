-- Posts one file again and again. Arguments after --: the file, the path, the length of the JSON header (0: all JSON).
-- Ends with a line of JSON on standard output.

function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    wrk.method = "POST"
    wrk.body = file:read("*a")
    file:close()
    wrk.path = arguments[2]
    if arguments[3] == "0" then
        wrk.headers["Content-Type"] = "application/json"
    else
        wrk.headers["Content-Type"] = "application/octet-stream"
        wrk.headers["Inference-Header-Content-Length"] = arguments[3]
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format(
        '{"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "status_errors": %d, "socket_errors": %d}',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
