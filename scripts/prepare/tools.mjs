/**
 * What only the tests need: a browser, nginx, Redis, a server that speaks MongoDB's protocol, the AWS CLI with boto3, a
 * SAML identity provider, and two proxies that sign people in by OpenID Connect.
 * Where they are is written to `.cache/tools.json`, from which e2e/ reads it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './alone.mjs';
import { attempt, cache, findProgram, installDebian, must, Refusal, root, say } from './run.mjs';

const pom = join(root, 'scripts', 'mongodb', 'pom.xml');
const requirements = join(root, 'scripts', 'python', 'requirements.txt');
const goModule = join(root, 'scripts', 'oauth2-proxy');
const goFiles = [join(goModule, 'go.mod'), join(goModule, 'go.sum')];
const record = join(cache, 'tools.json');

/** Makes sure that every tool is there; quick when the record of an earlier run still holds. */
export function prepareTools() {
  if (stillHolds()) return;
  // Another run may have brought it all while this one waited.
  alone(() => stillHolds() || bring());
}

/** Differs when something else must be brought. */
function fingerprint() {
  // This file too: a clone whose tools were prepared by an older one needs what the newer one brings.
  const inputs = [pom, requirements, ...goFiles, fileURLToPath(import.meta.url)].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const { CHROMIUM_PATH, MONGODB_URI } = process.env;
  // What can be done without is looked for again: somebody may have installed it since.
  inputs.push(
    JSON.stringify([CHROMIUM_PATH, Boolean(MONGODB_URI), Boolean(findGo()), Boolean(findApache())]),
  );
  return createHash('sha256').update(inputs.join('\n')).digest('hex');
}

function bring() {
  const tools = {
    chromium: chromium(),
    curl: obtain(() => findProgram('curl'), ['curl'], 'Install curl.'),
    nginx: nginx(),
    redisServer: redisServer(),
    ...mongodb(),
    ...python(),
    ...simplesamlphp(),
    oauth2Proxy: oauth2Proxy(),
    ...apache(),
  };
  writeFileSync(record, `${JSON.stringify({ fingerprint: fingerprint(), tools }, null, 2)}\n`);
  say('Everything that the tests need is there');
}

function stillHolds() {
  if (!existsSync(record)) return false;
  const known = JSON.parse(readFileSync(record, 'utf8'));
  return (
    known.fingerprint === fingerprint() &&
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

/** A virtual environment with the AWS CLI and boto3, which judge the API in the tests, and Authlib. */
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
  must('Making a Python environment for the AWS CLI, boto3 and Authlib', advice, find(), [
    '-m',
    'venv',
    folder,
  ]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  must(
    'Installing the AWS CLI, boto3 and Authlib',
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

/**
 * Built from its source, which takes a minute or two and is done once. Null where there is no Go that could: unlike the
 * other tools, Debian has none that is new enough, and one test is not worth asking people to install it by hand.
 */
function oauth2Proxy() {
  const go = findGo();
  if (!go) return null;
  const folder = join(cache, 'oauth2-proxy');
  const program = join(folder, 'oauth2-proxy');
  const stamp = join(folder, 'modules.sha256');
  const wanted = goFiles.map(hash).join('\n');
  if (existsSync(program) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;
  must(
    'Building oauth2-proxy from its Go modules: a minute or two, once',
    'Check that go reaches its module proxy, then run this again.',
    go,
    ['build', '-trimpath', '-ldflags=-s -w', '-o', program, 'github.com/oauth2-proxy/oauth2-proxy/v7'],
    { cwd: goModule, env: { CGO_ENABLED: '0', GOWORK: 'off' } },
  );
  writeFileSync(stamp, wanted);
  return program;
}

function findGo() {
  const go = findProgram('go', '/usr/local/go/bin/go');
  const [, major, minor] = (go && /go(\d+)\.(\d+)/.exec(attempt(go, ['env', 'GOVERSION']) ?? '')) || [];
  return Number(major) > 1 || Number(minor) >= 24 ? go : undefined;
}

const apacheModules = '/usr/lib/apache2/modules';

const findApache = () =>
  existsSync(join(apacheModules, 'mod_auth_openidc.so')) && findProgram('apache2', '/usr/sbin/apache2');

/**
 * Apache with mod_auth_openidc; tests start their own, as whoever they are. Null where it cannot be had, as outside of
 * Debian: two tests are not worth asking people to install it by hand. They say that they are skipped, and so does this.
 */
function apache() {
  const advice = 'Install Apache with mod_auth_openidc (Debian: apache2-bin, libapache2-mod-auth-openidc).';
  const packages = ['apache2-bin', 'libapache2-mod-auth-openidc'];
  try {
    return { apache: obtain(findApache, packages, advice), apacheModules };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(`Without Apache, whose tests are skipped: ${error.message}`);
    return { apache: null, apacheModules: null };
  }
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
