import assert from 'node:assert/strict';
import { test } from 'node:test';
import argon2 from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { type HashAlgorithm, isBroughtHash } from './brought-hashes.ts';
import { openPasswordHasher } from './password.ts';

const hasher = openPasswordHasher({ kind: 'argon2id', pepper: Buffer.alloc(32, 7) });

/** Made by passlib (its documentation), Python's hashlib in the form of PHC, and Django's recipe. */
const MADE_ELSEWHERE: [algorithm: HashAlgorithm, password: string, hash: string][] = [
  [
    'SCRYPT',
    'password',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
  [
    'SCRYPT',
    'Corr3ct-Hörse!',
    '$scrypt$ln=14,r=8,p=1$c2l4dGVlbiBieXRlcyAwMQ$C6AAdeumw1OcFKh9yLMJtnvessgQipXFta7WT95DNTs',
  ],
  [
    'PBKDF2_SHA256',
    'password',
    '$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44',
  ],
  [
    'PBKDF2_SHA256',
    'Corr3ct-Hörse!',
    '$pbkdf2-sha256$i=29000,l=32$c2l4dGVlbiBieXRlcyAwMQ$xbcsvaAZG7htF/bK/41KClsfmQOeNsh6AghuB2r7uVQ',
  ],
  [
    'PBKDF2_SHA256',
    'Corr3ct-Hörse!',
    'pbkdf2_sha256$26000$seasalt0seasalt0ABCDEF$YEEZT417H+9pGzHhmb2f2NZ4yuqf7t2W+q8socGvSf8=',
  ],
  ['BCRYPT', 'secret', await bcrypt.hash('secret', 4)],
  ['BCRYPT', 'secret', `$2y$${(await bcrypt.hash('secret', 4)).slice(4)}`],
  [
    'ARGON2ID',
    'secret',
    await argon2.hash('secret', { algorithm: 2, memoryCost: 4096, timeCost: 3, parallelism: 2 }),
  ],
];

test('hashes that other programs made are known by their algorithm, match, and are to be renewed', async () => {
  const algorithms = ['BCRYPT', 'SCRYPT', 'ARGON2ID', 'PBKDF2_SHA256'] as const;
  for (const [algorithm, password, hash] of MADE_ELSEWHERE) {
    for (const other of algorithms) assert.equal(isBroughtHash(other, hash), other === algorithm, hash);
    assert.deepEqual(await hasher.verify(password, hash), { matches: true, renew: true }, hash);
    assert.equal((await hasher.verify(`${password}x`, hash)).matches, false, hash);
  }
});

const TOO_MUCH: [algorithm: HashAlgorithm, hash: string][] = [
  ['SCRYPT', '$scrypt$ln=19,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['SCRYPT', '$scrypt$ln=14,r=8,p=99$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['SCRYPT', '$scrypt$ln=0,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['SCRYPT', '$scrypt$ln=14,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$short'],
  [
    'PBKDF2_SHA256',
    '$pbkdf2-sha256$9999999$c2l4dGVlbiBieXRlcyAwMQ$xbcsvaAZG7htF/bK/41KClsfmQOeNsh6AghuB2r7uVQ',
  ],
  ['PBKDF2_SHA256', '$pbkdf2-sha256$0$c2l4dGVlbiBieXRlcyAwMQ$xbcsvaAZG7htF/bK/41KClsfmQOeNsh6AghuB2r7uVQ'],
  ['BCRYPT', `$2b$31$${'a'.repeat(53)}`],
  ['BCRYPT', `$2b$10$${'a'.repeat(52)}`],
  ['ARGON2ID', `$argon2id$v=19$m=1048576,t=1,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
  ['ARGON2ID', `$argon2id$v=19$m=262144,t=5,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
  ['ARGON2ID', `$argon2id$v=19$m=4096,t=3,p=0$${'a'.repeat(22)}$${'a'.repeat(43)}`],
  ['ARGON2ID', `$argon2i$v=19$m=4096,t=3,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
  // Foyer's own form, with a key that only Foyer has: nobody can have made it elsewhere.
  ['BCRYPT', '$bcrypt-sha384$2b$10$eImiTXuWVxfM37uY4JANjQ.eImiTXuWVxfM37uY4JANjQaaaaaaaaaa'],
  ['BCRYPT', 'secret'],
  ['PBKDF2_SHA256', ''],
];

test('a hash that would keep a thread or the memory busy, or is none, is not taken', () => {
  for (const [algorithm, hash] of TOO_MUCH) assert.equal(isBroughtHash(algorithm, hash), false, hash);
});
