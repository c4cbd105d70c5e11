//! The scripts that Redis runs. The first argument of each is the time in milliseconds.

use redis::Script;

/// Stores a value unless there is one that has not expired. Arguments: lifetime in milliseconds, value.
const PUT: &str = r"
local now = tonumber(ARGV[1])
if tonumber(redis.call('HGET', KEYS[1], 'expires') or '0') > now then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', now + tonumber(ARGV[2])), 'value', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
";

const GET: &str = r"
local stored = redis.call('HMGET', KEYS[1], 'expires', 'value')
if stored[1] and tonumber(stored[1]) > tonumber(ARGV[1]) then return stored[2] end
return false
";

const TAKE: &str = r"
local stored = redis.call('HMGET', KEYS[1], 'expires', 'value')
redis.call('DEL', KEYS[1])
if stored[1] and tonumber(stored[1]) > tonumber(ARGV[1]) then return stored[2] end
return false
";

/// Arguments: the value that is expected, its replacement.
const REPLACE: &str = r"
local stored = redis.call('HMGET', KEYS[1], 'expires', 'value')
if not stored[1] or tonumber(stored[1]) <= tonumber(ARGV[1]) or stored[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'value', ARGV[3])
return 1
";

/// The same algorithm as `gcra::decide`; answers 0 or how long to wait. Arguments: interval, burst, cost.
const ACQUIRE: &str = r"
local now, interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full_after = interval * burst
local schedule = tonumber(redis.call('GET', KEYS[1]) or '0')
schedule = math.min(math.max(schedule, now), now + full_after)
local next = schedule + interval * cost
local wait = next - full_after - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', string.format('%.0f', math.max(next - now, 1)))
return 0
";

/// All of them.
pub(super) struct Scripts {
    pub(super) put: Script,
    pub(super) get: Script,
    pub(super) take: Script,
    pub(super) replace: Script,
    pub(super) acquire: Script,
}

impl Default for Scripts {
    fn default() -> Self {
        Self {
            put: Script::new(PUT),
            get: Script::new(GET),
            take: Script::new(TAKE),
            replace: Script::new(REPLACE),
            acquire: Script::new(ACQUIRE),
        }
    }
}
