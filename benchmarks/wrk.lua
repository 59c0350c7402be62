-- Sends the template in the file named first; fills its placeholders as `Template` in load.py describes them.

local template, stamp, sent, fixed

function init(args)
  local file = assert(io.open(args[1], "rb"))
  template = file:read("*a")
  file:close()
  stamp = args[2]
  sent = 0
  fixed = not template:find("<unique>", 1, true) and not template:find("<item ", 1, true)
  math.randomseed(tonumber(stamp:sub(1, 7), 16))
end

local function item(first, last)
  return string.format("item_0199f3a2c0de7a3b8c4d%012x", math.random(first, last))
end

function request()
  if fixed then
    return template
  end
  sent = sent + 1
  local unique = stamp .. string.format("%012x", sent)
  return (template:gsub("<unique>", unique):gsub("<item (%d+) (%d+)>", item))
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    "RESULT %d %d %d %d %d %d\n", summary.requests, errors.status, failed, summary.duration,
    latency:percentile(50), latency:percentile(99)
  ))
end
