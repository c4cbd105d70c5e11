//! Accounts, devices, sessions and factors.

use super::super::words::number;
use super::{Words, answer};
use crate::store::{
    Account, AccountId, AccountStatus, DeviceId, Factor, FactorId, FactorKind, Head, Identity, LogId, NewAccount,
    NewDevice, NewSession, PasswordRecord, RegistrationMode, Revocation, SessionId, Store, StreamId, UnixMillis,
};

pub(super) async fn run(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        // create ACCOUNT LOGIN [device=N] [invitation=HASH] [identity=ISSUER/SUBJECT] [quota=BYTES]
        "create" => answer(store.create_account(new_account(words), now).await),
        "account" => answer(store.account(account(words)).await),
        "login" => answer(store.account_by_login(words.word().replace("NUL", "\0")).await.map(id_of)),
        "identity" => answer(store.account_by_identity(identity(words.word())).await.map(id_of)),
        "link" => answer(store.link_identity(account(words), identity(words.word())).await),
        // accounts AFTER LIMIT
        "accounts" => {
            let after = words.optional::<u8>().map(|id| AccountId::from_bytes([id; 16]));
            let accounts = store.accounts(after, words.number()).await;
            answer(accounts.map(|accounts| accounts.into_iter().map(|account| account.id).collect::<Vec<_>>()))
        }
        // password ACCOUNT EXPECTED BUNDLE
        "password" => {
            let (account, expected, bundle) = (account(words), words.number(), bytes(words));
            let password = PasswordRecord { opaque: bundle.clone(), setup_version: 2 };
            answer(store.change_password(account, password, expected, bundle, now).await)
        }
        "keys" => answer(store.key_bundle(account(words)).await),
        // put-keys ACCOUNT EXPECTED BUNDLE
        "put-keys" => {
            let (account, expected, bundle) = (account(words), words.number(), bytes(words));
            answer(store.put_key_bundle(account, expected, bundle, now).await)
        }
        "disable" => answer(store.set_disabled(account(words), true).await),
        "enable" => answer(store.set_disabled(account(words), false).await),
        "quota" => answer(store.set_quota(account(words), words.optional()).await),
        // close ACCOUNT ERASE-AT
        "close" => answer(store.close_account(account(words), words.time()).await),
        "restore" => answer(store.restore_account(account(words)).await),
        _ => return devices(store, name, words, now).await,
    })
}

async fn devices(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        // put-device ACCOUNT DEVICE NUMBER MAX
        "put-device" => {
            let account = account(words);
            let device = new_device(words.number(), words.number());
            answer(store.put_device(account, device, words.number(), now).await)
        }
        "device" => answer(store.device(account(words), device(words)).await),
        "devices" => answer(store.devices(account(words)).await.map(|devices| {
            devices.into_iter().map(|device| (device.device.id, device.revoked.is_some())).collect::<Vec<_>>()
        })),
        // revoke ACCOUNT DEVICE NUMBER STREAM:SEQ:HASH…
        "revoke" => {
            let (account, device, number) = (account(words), device(words), words.number());
            let cut = words.rest().into_iter().map(|word| head(device, word)).collect();
            let revocation = Revocation { statement: vec![9; 4], number, cut, at: now };
            answer(store.revoke_device(account, device, revocation).await)
        }
        "device-log" => answer(store.device_log(account(words)).await),
        // open ACCOUNT SESSION DEVICE TOKEN EXPIRES
        "open" => {
            let account = account(words);
            let session = NewSession {
                id: SessionId::from_bytes(words.id()),
                device: device(words),
                token_hash: words.hash(),
                expires_at: words.time(),
            };
            answer(store.create_session(account, session, now).await)
        }
        "token" => answer(store.session_by_token(words.hash(), now).await),
        "sessions" => {
            let sessions = store.sessions(account(words), now).await;
            answer(sessions.map(|sessions| sessions.into_iter().map(|session| session.id).collect::<Vec<_>>()))
        }
        "end" => answer(store.delete_session(account(words), SessionId::from_bytes(words.id())).await),
        // end-all ACCOUNT DEVICE
        "end-all" => {
            let account = account(words);
            let device = words.optional::<u8>().map(|id| DeviceId::from_bytes([id; 16]));
            answer(store.delete_sessions(account, device).await)
        }
        "expire-sessions" => answer(store.expire_sessions(now, words.number()).await),
        _ => return factors(store, name, words, now).await,
    })
}

async fn factors(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        "factors" => answer(store.factors(account(words)).await),
        // put-factor ACCOUNT FACTOR totp|passkey LABEL STEP
        "put-factor" => {
            let (account, id, kind) = (account(words), FactorId::from_bytes(words.id()), words.word());
            let label = words.word().replace("NUL", "\0");
            let last_step = words.optional();
            let kind = match kind {
                "totp" => FactorKind::Totp { sealed_secret: vec![3; 4], last_step },
                _ => FactorKind::Passkey { credential: vec![4; 4] },
            };
            answer(store.put_factor(account, Factor { id, label, kind, confirmed: true, created_at: now }).await)
        }
        // step ACCOUNT FACTOR STEP
        "step" => {
            let (account, factor) = (account(words), FactorId::from_bytes(words.id()));
            answer(store.use_totp_step(account, factor, words.number()).await)
        }
        "delete-factor" => answer(store.delete_factor(account(words), FactorId::from_bytes(words.id())).await),
        // codes ACCOUNT HASH…
        "codes" => {
            let account = account(words);
            let hashes = words.rest().into_iter().map(|word| [number(word); 32]).collect();
            answer(store.set_backup_codes(account, hashes).await)
        }
        "code" => answer(store.use_backup_code(account(words), words.hash()).await),
        "codes-left" => answer(store.backup_codes_left(account(words)).await),
        _ => return None,
    })
}

pub(super) fn account(words: &mut Words<'_>) -> AccountId {
    AccountId::from_bytes(words.id())
}

fn device(words: &mut Words<'_>) -> DeviceId {
    DeviceId::from_bytes(words.id())
}

fn bytes(words: &mut Words<'_>) -> Vec<u8> {
    vec![words.number(); 4]
}

fn id_of(account: Option<Account>) -> Option<AccountId> {
    account.map(|account| account.id)
}

fn identity(word: &str) -> Identity {
    let (issuer, subject) = word.split_once('/').unwrap();
    Identity { issuer: issuer.to_owned(), subject: subject.to_owned() }
}

/// A device whose statement and key are made of its id.
pub(crate) fn new_device(id: u8, number: u32) -> NewDevice {
    NewDevice { id: DeviceId::from_bytes([id; 16]), public_key: [id; 32], statement: vec![id; 4], number }
}

fn head(device: DeviceId, word: &str) -> Head {
    let mut parts = word.split(':');
    let mut next = || parts.next().unwrap();
    let stream = StreamId::from_bytes([number(next()); 16]);
    Head { device, stream, seq: number(next()), hash: [number(next()); 32] }
}

fn new_account(words: &mut Words<'_>) -> NewAccount {
    let id = words.number::<u8>();
    let login = words.word().replace("NUL", "\0").replace("EMPTY", "");
    let device = new_device(words.option("device").map_or(1, number), words.option("number").map_or(1, number));
    NewAccount {
        log: LogId::from_bytes([id; 16]),
        key_bundle: vec![id; 4],
        device,
        invitation: words.option("invitation").map(|hash| [number(hash); 32]),
        identity: words.option("identity").map(identity),
        account: Account {
            id: AccountId::from_bytes([id; 16]),
            login,
            password: Some(PasswordRecord { opaque: vec![id; 4], setup_version: 1 }),
            status: AccountStatus::Active,
            registered_by: RegistrationMode::Open,
            created_at: UnixMillis(0),
            quota_bytes: words.option("quota").map(number),
        },
    }
}
