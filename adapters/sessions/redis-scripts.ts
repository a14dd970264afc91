/**
 * What Redis runs as one step. A record is the text `<expiresAt>|<JSON>`, a counter `<end>|<count>`, so that the
 * truth about its end is read together with it. Keys and values reach a script as arguments only. Each script
 * touches one key, which a cluster can place anywhere.
 */
import type { Result } from 'ioredis';

/** Writes unless a record that lives is there. Arguments: now, expiresAt, JSON, milliseconds to keep. 1 if written. */
const create = `
local held = redis.call('GET', KEYS[1])
if held and tonumber(string.match(held, '^[^|]*')) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2] .. '|' .. ARGV[3], 'PX', ARGV[4])
return 1`;

/** Compare-and-set. Arguments: the whole text as it was read, the new text. 1 if it was still the same. */
const replace = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1`;

/** Arguments: now, the end of a window that would begin now, milliseconds to keep. Returns the new count. */
const count = `
local held = redis.call('GET', KEYS[1])
local finish, counted
if held then finish, counted = string.match(held, '^([^|]*)|(.*)$') end
if held and tonumber(finish) > tonumber(ARGV[1]) then
  counted = string.format('%d', tonumber(counted) + 1)
  redis.call('SET', KEYS[1], finish .. '|' .. counted, 'KEEPTTL')
  return tonumber(counted)
end
redis.call('SET', KEYS[1], ARGV[2] .. '|1', 'PX', ARGV[3])
return 1`;

export const scripts = {
  foyerCreate: { lua: create, numberOfKeys: 1 },
  foyerReplace: { lua: replace, numberOfKeys: 1 },
  foyerCount: { lua: count, numberOfKeys: 1 },
};

declare module 'ioredis' {
  interface RedisCommander<Context> {
    foyerCreate(
      key: string,
      now: number,
      expiresAt: number,
      json: string,
      keepMs: number,
    ): Result<number, Context>;
    foyerReplace(key: string, read: string, next: string): Result<number, Context>;
    foyerCount(key: string, now: number, end: number, keepMs: number): Result<number, Context>;
  }
}
