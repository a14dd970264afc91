/**
 * Terraform with its AWS provider, unmodified, where both are: neither comes from a package registry, so the tests
 * cannot bring them. The configuration is the README's own, and what it leaves out.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { type Foyer, startFoyer } from '../start.ts';

const run = promisify(execFile);

const REST = `
resource "aws_cognito_user_pool_domain" "acme" {
  domain       = "acme"
  user_pool_id = aws_cognito_user_pool.acme.id
}
resource "aws_cognito_resource_server" "orders" {
  identifier   = "orders"
  name         = "Orders"
  user_pool_id = aws_cognito_user_pool.acme.id
  scope {
    scope_name        = "read"
    scope_description = "See orders"
  }
}
resource "aws_cognito_user_group" "staff" {
  name         = "staff"
  precedence   = 1
  user_pool_id = aws_cognito_user_pool.acme.id
}
resource "aws_cognito_user" "ann" {
  username       = "ann@example.com"
  message_action = "SUPPRESS"
  user_pool_id   = aws_cognito_user_pool.acme.id
  attributes     = { email = "ann@example.com" }
}
resource "aws_cognito_user_pool" "rich" {
  name                = "Rich"
  alias_attributes    = ["email", "preferred_username"]
  deletion_protection = "INACTIVE"
  tags                = { Stage = "test" }
  username_configuration {
    case_sensitive = false
  }
  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 3
  }
  schema {
    name                = "plan"
    attribute_data_type = "String"
    mutable             = true
    string_attribute_constraints {
      min_length = 1
      max_length = 20
    }
  }
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }
  admin_create_user_config {
    allow_admin_create_user_only = true
  }
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }
  auto_verified_attributes = ["email"]
  verification_message_template {
    default_email_option = "CONFIRM_WITH_CODE"
    email_subject        = "Your code"
    email_message        = "Your code is {####}."
  }
}
resource "aws_cognito_user_pool_client" "rich" {
  name                          = "rich"
  user_pool_id                  = aws_cognito_user_pool.rich.id
  explicit_auth_flows           = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  access_token_validity         = 30
  id_token_validity             = 30
  refresh_token_validity        = 10
  read_attributes               = ["email", "custom:plan"]
  write_attributes              = ["email"]
  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}
resource "aws_cognito_user_in_group" "ann" {
  group_name   = aws_cognito_user_group.staff.name
  username     = aws_cognito_user.ann.username
  user_pool_id = aws_cognito_user_pool.acme.id
}
`;

/** Folders in which administrators keep providers for machines that fetch none: terraform's own, and any under /opt. */
const [mirror] = ['/opt/*', '/usr/share/terraform/plugins', `${homedir()}/.terraform.d/plugins`].flatMap(
  (root) => globSync(`${root}/*/hashicorp/aws`).map((found) => dirname(dirname(dirname(found)))),
);
const init = ['init', ...(mirror ? [`-plugin-dir=${mirror}`] : [])];
const missing = await whatIsMissing();
const why = missing ? ` (skipped: ${missing})` : '';

async function whatIsMissing(): Promise<string | undefined> {
  if (!(await run('terraform', ['version']).catch(() => undefined)))
    return 'there is no terraform on the path';
  const terraform = workspace({ url: 'http://localhost:9400', accessKeyId: '', secretAccessKey: '' });
  if (!(await terraform(...init).catch(() => undefined))) return "terraform finds no provider 'aws'";
  return undefined;
}

function workspace(foyer: Pick<Foyer, 'url' | 'accessKeyId' | 'secretAccessKey'>) {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const shown = /^```hcl\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  assert.ok(shown, 'the README has a hcl block');
  const folder = mkdtempSync(join(tmpdir(), 'foyer-terraform-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'main.tf'), shown.replaceAll('http://localhost:9400', foyer.url) + REST);
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: foyer.accessKeyId,
    AWS_SECRET_ACCESS_KEY: foyer.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return (...parameters: string[]) =>
    run('terraform', [`-chdir=${folder}`, ...parameters, '-input=false', '-no-color'], { env });
}

test(`Terraform applies a pool with all that belongs to it, sees no drift, and destroys it${why}`, {
  skip: missing !== undefined,
}, async () => {
  const foyer = await startFoyer();
  const terraform = workspace(foyer);
  await terraform(...init);
  await terraform('apply', '-auto-approve');
  // Fails with code 2 when anything would change.
  await terraform('plan', '-detailed-exitcode');
  const { stdout } = await terraform('destroy', '-auto-approve');
  assert.match(stdout, /Destroy complete! Resources: 9 destroyed/);
});
