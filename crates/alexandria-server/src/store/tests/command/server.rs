//! Enrolments, audit, jobs, invitations and secrets.

use super::account::account;
use super::{Words, answer};
use crate::store::{AccountId, DeviceId, EnrolmentId, Invitation, JobId, NewAuditEvent, NewJob, Store, UnixMillis};

pub(super) async fn run(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        // enrol ACCOUNT ENROLMENT EXPIRES
        "enrol" => {
            let (account, id) = (account(words), EnrolmentId::from_bytes(words.id()));
            answer(store.create_enrolment(account, id, vec![1; 4], words.time()).await)
        }
        "enrolment" => answer(store.enrolment(account(words), EnrolmentId::from_bytes(words.id()), now).await),
        "enrolments" => {
            let all = store.enrolments(account(words), now).await;
            answer(all.map(|all| all.into_iter().map(|one| (one.id, one.version)).collect::<Vec<_>>()))
        }
        // update ACCOUNT ENROLMENT EXPECTED STATE
        "update" => {
            let (account, id) = (account(words), EnrolmentId::from_bytes(words.id()));
            let (expected, state) = (words.number(), vec![words.number(); 4]);
            answer(store.update_enrolment(account, id, expected, state, now).await)
        }
        "expire-enrolments" => answer(store.expire_enrolments(now, words.number()).await),
        // event ACCOUNT KIND DEVICE
        "event" => {
            let (account, kind) = (account(words), words.word().replace("EMPTY", ""));
            let device = words.optional::<u8>().map(|id| DeviceId::from_bytes([id; 16]));
            answer(store.add_audit_event(account, NewAuditEvent { kind, device, detail: "{}".to_owned() }, now).await)
        }
        // events ACCOUNT BEFORE LIMIT
        "events" => {
            let account = account(words);
            let events = store.audit_events(account, words.optional(), words.number()).await;
            answer(events.map(|all| {
                all.into_iter().map(|one| (one.number, one.at, one.event.kind, one.event.device)).collect::<Vec<_>>()
            }))
        }
        // expire-events BEFORE LIMIT
        "expire-events" => answer(store.expire_audit_events(words.time(), words.number()).await),
        _ => return queue(store, name, words, now).await,
    })
}

async fn queue(store: &dyn Store, name: &str, words: &mut Words<'_>, now: UnixMillis) -> Option<String> {
    Some(match name {
        // enqueue KIND ACCOUNT RUN-AT PAYLOAD
        "enqueue" => {
            let kind = words.word().replace("EMPTY", "");
            let account = words.optional::<u8>().map(|id| AccountId::from_bytes([id; 16]));
            let (run_at, payload) = (words.time(), vec![words.number(); 4]);
            answer(store.enqueue_job(NewJob { kind, account, payload, run_at }).await)
        }
        "take" => answer(store.take_job(now).await),
        // finish JOB ATTEMPTS
        "finish" => answer(store.finish_job(JobId(words.number()), words.number()).await),
        "jobs" => answer(store.jobs(words.number()).await.map(|all| {
            all.into_iter().map(|one| (one.id, one.job.kind, one.job.run_at, one.attempts)).collect::<Vec<_>>()
        })),
        // invite HASH USES EXPIRES
        "invite" => {
            let (hash, uses_left, expires_at) = (words.hash(), words.number(), words.time());
            let invitation = Invitation { hash, label: "label".to_owned(), uses_left, expires_at, created_at: now };
            answer(store.create_invitation(invitation).await)
        }
        "invitation" => answer(store.invitation(words.hash(), now).await),
        "invitations" => {
            let all = store.invitations().await;
            answer(all.map(|all| all.into_iter().map(|one| (one.hash, one.uses_left)).collect::<Vec<_>>()))
        }
        "uninvite" => answer(store.delete_invitation(words.hash()).await),
        // secret NAME CANDIDATE
        "secret" => {
            let name = words.word().replace("EMPTY", "").replace("NUL", "\0");
            answer(store.server_secret(name, vec![words.number(); 4]).await)
        }
        "find-secret" => answer(store.find_server_secret(words.word().to_owned()).await),
        "check" => answer(store.check().await),
        _ => return None,
    })
}
