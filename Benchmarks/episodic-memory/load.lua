-- wrk -s load.lua URL -- CAPTURES_IN_TEN [STOP_AFTER]: of ten requests so many are captures, the others searches.
-- With STOP_AFTER each thread stops after so many answers.
package.path = (debug.getinfo(1, "S").source:match("@(.*/)") or "./") .. "?.lua;" .. package.path
local episodes = require("episodes")
local threads = {}

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

function init(arguments)
    captures = tonumber(arguments[1])
    stopAfter = tonumber(arguments[2])
    answers, wrong = 0, 0
    math.randomseed(os.time() * 64 + number)
    wrk.headers["Content-Type"] = "application/json"
    -- Made before the clock starts: this is to load the service, not to measure Lua.
    made = {}
    if not stopAfter then
        for index = 1, 20000 do
            made[index] = next_request()
        end
    end
    place = 0
end

function next_request()
    if math.random(10) <= captures then
        return episodes.post("/api/v1/capture", episodes.capture())
    end
    return episodes.post("/api/v1/search", '{"goal":"' .. episodes.question() .. '"}')
end

function request()
    place = place + 1
    return made[place] or next_request()
end

function response(status, headers, body)
    answers = answers + 1
    if status ~= 201 and status ~= 200 then wrong = wrong + 1 end
    if stopAfter and answers >= stopAfter then wrk.thread:stop() end
end

function done(summary, latency, requests)
    local wrong = 0
    for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
    io.write(string.format("RESULT %.0f requests/s p50 %.1f ms p99 %.1f ms max %.1f ms errors %d\n",
        summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        latency.max / 1000, wrong + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
