import { expect, it } from 'vitest';
import { strengthOf } from './passphrase-strength';

it('strengthOf rates guessable passphrases as weak', () => {
  for (const [passphrase, expected] of [
    ['password', 'weak'],
    ['aaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['1234567890', 'weak'],
    ['tuesday lamp orchard', 'fair'],
    ['otter gravel cathedral moss lantern', 'strong'],
    ['q7#Kd!2vP$z9Lm@4', 'strong'],
  ] as const) {
    expect([passphrase, strengthOf(passphrase)]).toEqual([passphrase, expected]);
  }
});
