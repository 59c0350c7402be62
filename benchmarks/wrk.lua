-- Sends the template in the file named first; fills its placeholders as `Template` in load.py describes them.

local DRAWN = 5000 -- requests made beforehand, where only the items differ: a random one of them is sent

local template, stamp, sent, ready

local function item(first, last)
  return string.format("item_0199f3a2c0de7a3b8c4d%012x", math.random(first, last))
end

local function filled()
  return (template:gsub("<item (%d+) (%d+)>", item))
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  template = file:read("*a")
  file:close()
  stamp = args[2]
  sent = 0
  math.randomseed(tonumber(stamp:sub(1, 7), 16))
  if not template:find("<unique>", 1, true) then
    ready = {}
    for n = 1, template:find("<item ", 1, true) and DRAWN or 1 do
      ready[n] = filled()
    end
  end
end

function request()
  if ready then
    return ready[math.random(#ready)]
  end
  sent = sent + 1
  return (filled():gsub("<unique>", stamp .. string.format("%012x", sent)))
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    "RESULT %d %d %d %d %d %d\n", summary.requests, errors.status, failed, summary.duration,
    latency:percentile(50), latency:percentile(99)
  ))
end
