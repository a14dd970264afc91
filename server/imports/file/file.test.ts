import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attribute, schema } from '../../accounts/testing/open-pool.ts';
import { allOf } from '../testing/all-of.ts';
import { checkFile, MOST_USERS } from './check-file.ts';
import { columnsOf, PASSWORD_HASH, readHeader } from './columns.ts';
import { type Line, LONGEST_LINE, readLines, UnreadableFile } from './read-lines.ts';
import { splitLine } from './split-line.ts';

const COLUMNS = ['cognito:username', 'name', 'email'];

async function* pieces(...parts: (string | Uint8Array)[]) {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}
async function linesOf(...parts: (string | Uint8Array)[]): Promise<Line[]> {
  return allOf(readLines(pieces(...parts)));
}
const unreadable = (work: Promise<unknown>, message: RegExp) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof UnreadableFile, String(error));
    assert.match(error.message, message);
    assert.ok(error.message.length <= 128);
    return true;
  });

test('USR-142 a comma in a value is escaped, a backslash too, and quotes are ordinary characters', () => {
  assert.deepEqual(splitLine('mia,1 Long Street\\, Madrid,x'), ['mia', '1 Long Street, Madrid', 'x']);
  assert.deepEqual(splitLine('"mia","a,b"'), ['"mia"', '"a', 'b"']);
  assert.deepEqual(splitLine('it\'s,""""'), ["it's", '""""']);
  assert.deepEqual(splitLine('a\\\\,b'), ['a\\', 'b']);
  assert.deepEqual(splitLine('a\\\\\\,b'), ['a\\,b']);
  assert.deepEqual(splitLine('C:\\new,\\n,\\'), ['C:\\new', '\\n', '\\']);
});

test('USR-143 blanks around a value are cut off, those inside it stay', () => {
  assert.deepEqual(splitLine('  mia \t,\t a  b ,   ,'), ['mia', 'a  b', '', '']);
});

test('values that a spreadsheet would take for formulas are text', () => {
  assert.deepEqual(splitLine('=1+1,@SUM(A1),+34600,-1,\t=cmd'), ['=1+1', '@SUM(A1)', '+34600', '-1', '=cmd']);
});

test('lines end with LF or CRLF, are counted from 1, and say where the next begins', async () => {
  assert.deepEqual(await linesOf('a\r\nb\n\nc'), [
    { text: 'a', number: 1, end: 3 },
    { text: 'b', number: 2, end: 5 },
    { text: '', number: 3, end: 6 },
    { text: 'c', number: 4, end: 7 },
  ]);
  assert.deepEqual(
    (await linesOf('a\rb\r\r\n')).map(({ text }) => text),
    ['a\rb\r'],
  );
  assert.deepEqual(await linesOf(), []);
  const rest = await allOf(readLines(pieces('c\nd'), { byte: 6, line: 4 }));
  assert.deepEqual(rest, [
    { text: 'c', number: 4, end: 8 },
    { text: 'd', number: 5, end: 9 },
  ]);
});

test('USR-145 a byte-order mark makes a file unreadable, however it is cut; inside it is a character', async () => {
  for (const parts of [['\uFEFFa\n'], [Buffer.from([0xef, 0xbb]), Buffer.from([0xbf, 0x61])]])
    await unreadable(linesOf(...parts), /byte-order mark/);
  assert.equal((await linesOf('a\n', '\uFEFFb'))[1]?.text, '\uFEFFb');
});

test('USR-145 bytes that are not UTF-8 make a file unreadable, and the line is named', async () => {
  const LATIN = Buffer.from([0x6d, 0xed, 0x61]);
  const wrong = [
    LATIN,
    Buffer.from([0xc0, 0x80]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xe2, 0x82]),
  ];
  for (const bytes of wrong) await unreadable(linesOf('a\n', bytes, '\nb'), /^Line 2 of the file is not/);
  const euro = Buffer.from('€');
  assert.equal((await linesOf('a\n', euro.subarray(0, 2), euro.subarray(2)))[1]?.text, '€');
  await unreadable(linesOf(Buffer.from('\uFEFFcognito:username', 'utf16le')), /^Line 1 of the file is not/);
});

test('USR-146 a line may have 16,000 characters, whatever their size, and not one more', async () => {
  for (const character of ['x', '€', '\u{1F600}']) {
    const longest = character.repeat(LONGEST_LINE);
    assert.equal((await linesOf(`a\n${longest}\r\n`))[1]?.text, longest);
    await unreadable(linesOf(`a\n${longest}x\r\n`), /^Line 2 of the file is longer/);
  }
});

test('USR-146 a line without an end is refused before it has filled the memory', async () => {
  let read = 0;
  async function* endless() {
    for (;;) {
      read++;
      yield Buffer.alloc(16_000, 'x');
    }
  }
  await unreadable(allOf(readLines(endless())), /^Line 1 of the file is longer/);
  assert.ok(read <= 5);
});

test('USR-125 the columns are the standard ones, the custom ones, and the two of the service', () => {
  const custom = schema(attribute('custom:team'), attribute('dev:custom:cost'));
  const columns = columnsOf({ SchemaAttributes: custom });
  assert.equal(columns.length, 23);
  assert.deepEqual(columns.slice(0, 2), ['name', 'given_name']);
  assert.deepEqual(columns.slice(-5), [
    'updated_at',
    'custom:team',
    'dev:custom:cost',
    'cognito:mfa_enabled',
    'cognito:username',
  ]);
  assert.ok(!columns.includes('sub') && !columns.includes(PASSWORD_HASH));
});

test('USR-135 columns come in any order; a missing, an unknown and a repeated one are refused', () => {
  assert.deepEqual(readHeader(' email ,cognito:username,name', COLUMNS), [
    'email',
    'cognito:username',
    'name',
  ]);
  const wrong = [
    ['email,name', /lacks the column cognito:username\.$/],
    ['', /lacks the column/],
    ['cognito:username,name,email,custom:team', /no attribute of the user pool/],
    ['cognito:username,name,email,', /no attribute of the user pool/],
    ['cognito:username,name,email,name', /twice/],
    ['"cognito:username","name","email"', /lacks/],
  ] as const;
  for (const [header, message] of wrong)
    assert.throws(() => readHeader(header, COLUMNS), { name: 'UnreadableFile', message });
});

test('a header that is a person is refused without repeating them', () => {
  assert.throws(
    () => readHeader('cognito:username,name,email,mia@example.com', COLUMNS),
    (error: Error) => !error.message.includes('mia'),
  );
});

test('USR-146 a file may have 500,000 users, blank lines and the header not counted', async () => {
  let read = 0;
  async function* users(): AsyncGenerator<Line> {
    yield { text: COLUMNS.join(','), number: 1, end: 0 };
    for (;;) {
      yield { text: 'u,,', number: 2, end: 0 };
      read++;
      if (read % 1000 === 0) yield { text: ' \r', number: 2, end: 0 };
    }
  }
  await unreadable(checkFile(users(), COLUMNS), /more than 500000 users/);
  assert.equal(read, MOST_USERS, 'the one after that is refused');
});

test('a file without anything is refused, one with its header alone is not', async () => {
  await unreadable(checkFile(readLines(pieces()), COLUMNS), /empty/);
  await unreadable(checkFile(readLines(pieces('\n')), COLUMNS), /header/);
  await checkFile(readLines(pieces(COLUMNS.join(','))), COLUMNS);
});
