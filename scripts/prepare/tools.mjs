/**
 * What only the tests need: a browser, nginx, Redis, a server that speaks MongoDB's protocol, the AWS CLI with boto3, and a
 * SAML identity provider.
 * Where they are is written to `.cache/tools.json`, from which e2e/ reads it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attempt, cache, findProgram, installDebian, must, Refusal, root, say } from './run.mjs';

const pom = join(root, 'scripts', 'mongodb', 'pom.xml');
const requirements = join(root, 'scripts', 'python', 'requirements.txt');
const record = join(cache, 'tools.json');

/** Makes sure that every tool is there; quick when the record of an earlier run still holds. */
export function prepareTools() {
  // This file too: a clone whose tools were prepared by an older one needs what the newer one brings.
  const inputs = [pom, requirements, fileURLToPath(import.meta.url)].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const { CHROMIUM_PATH, MONGODB_URI } = process.env;
  inputs.push(JSON.stringify([CHROMIUM_PATH, Boolean(MONGODB_URI)]));
  const fingerprint = createHash('sha256').update(inputs.join('\n')).digest('hex');
  if (stillHolds(fingerprint)) return;
  mkdirSync(cache, { recursive: true });
  const tools = {
    chromium: chromium(),
    nginx: nginx(),
    redisServer: redisServer(),
    ...mongodb(),
    ...python(),
    ...simplesamlphp(),
  };
  writeFileSync(record, `${JSON.stringify({ fingerprint, tools }, null, 2)}\n`);
  say('Everything that the tests need is there');
}

function stillHolds(fingerprint) {
  if (!existsSync(record)) return false;
  const known = JSON.parse(readFileSync(record, 'utf8'));
  return (
    known.fingerprint === fingerprint &&
    Object.values(known.tools).every((path) => path === null || existsSync(path))
  );
}

function chromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given && !findProgram(given)) throw new Refusal(`CHROMIUM_PATH names ${given}, which is no program.`);
  const find = () =>
    given || findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
  return obtain(
    find,
    ['chromium', 'fonts-liberation'],
    'Install Chromium, or set CHROMIUM_PATH to the path of one.',
  );
}

/** A load balancer; Debian has it where only root's PATH leads. */
function nginx() {
  return obtain(() => findProgram('nginx', '/usr/sbin/nginx'), ['nginx'], 'Install nginx.');
}

/** Even where REDIS_URL names one: some tests kill theirs. */
function redisServer() {
  return obtain(() => findProgram('redis-server'), ['redis-server'], 'Install redis-server.');
}

/** A real mongod where there is one; else Java and the jars of the stand-in. */
function mongodb() {
  const mongod = findProgram('mongod');
  if (process.env.MONGODB_URI || mongod) return { mongod: mongod ?? null, java: null, mongodbJars: null };
  const advice =
    'Install Java 17 or newer and Maven, or put a mongod on the PATH, or set MONGODB_URI to a MongoDB for tests.';
  const java = obtain(findJava, ['default-jdk-headless'], advice);
  const jars = join(cache, 'mongodb');
  if (!existsSync(jars) || !readdirSync(jars).length || jarsAreOld(jars)) {
    const maven = obtain(() => findProgram('mvn'), ['maven'], advice);
    rmSync(jars, { recursive: true, force: true });
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${jars}`];
    const unreachable = 'Check that Maven reaches its central repository, then run this again.';
    must('Fetching the MongoDB stand-in with Maven', unreachable, maven, ['-B', '-q', '-f', pom, ...goal]);
    writeFileSync(join(jars, 'pom.sha256'), hash(pom));
  }
  return { mongod: null, java, mongodbJars: jars };
}

function jarsAreOld(jars) {
  const stamp = join(jars, 'pom.sha256');
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash(pom);
}

/** A Java that runs a single source file, which needs the compiler module: 17 or newer, and not a bare runtime. */
function findJava() {
  const { JAVA_HOME } = process.env;
  const java = (JAVA_HOME && findProgram(join(JAVA_HOME, 'bin', 'java'))) || findProgram('java');
  const modules = java && attempt(java, ['--list-modules']);
  const version = modules && /^java\.base@(\d+)/m.exec(modules)?.[1];
  return Number(version) >= 17 && modules.includes('jdk.compiler@') ? java : undefined;
}

/** A virtual environment with the AWS CLI and boto3, which judge the API in the tests. */
function python() {
  const folder = join(cache, 'python');
  const tools = { python: join(folder, 'bin', 'python'), aws: join(folder, 'bin', 'aws') };
  const stamp = join(folder, 'requirements.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash(requirements) && existsSync(tools.aws))
    return tools;
  const advice = 'Install Python 3.10 or newer with venv and pip (Debian: python3-venv).';
  const find = () => findProgram('python3', 'python');
  const usable = () =>
    find() && attempt(find(), ['-c', 'import venv, ensurepip, sys; assert sys.version_info >= (3, 10)']);
  obtain(() => usable() !== undefined || undefined, ['python3', 'python3-venv'], advice);
  rmSync(folder, { recursive: true, force: true });
  must('Making a Python environment for the AWS CLI and boto3', advice, find(), ['-m', 'venv', folder]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  must(
    'Installing the AWS CLI and boto3',
    'Check that pip reaches its index, then run this again.',
    tools.python,
    install,
  );
  writeFileSync(stamp, hash(requirements));
  return tools;
}

/** A SAML identity provider that others wrote, with the PHP that runs it; `www` below its folder is what it serves. */
function simplesamlphp() {
  const advice = 'Install SimpleSAMLphp (Debian: simplesamlphp, php-cli, php-xml, php-mbstring).';
  const packages = ['simplesamlphp', 'php-cli', 'php-xml', 'php-mbstring'];
  const folder = '/usr/share/simplesamlphp';
  const usable = () => {
    const php = findProgram('php');
    const modules = php && existsSync(join(folder, 'www')) && attempt(php, ['-m']);
    return modules && /^dom$/m.test(modules) && /^mbstring$/m.test(modules) ? php : undefined;
  };
  return { php: obtain(usable, packages, advice), simplesamlphp: folder };
}

/** What `find` finds; when it finds nothing, what it finds after installing these Debian packages. */
function obtain(find, packages, advice) {
  const found = find();
  if (found) return found;
  installDebian(packages, advice);
  const installed = find();
  if (!installed) throw new Refusal(advice);
  return installed;
}

function hash(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
