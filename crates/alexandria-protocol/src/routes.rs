//! The addresses of the API: for each route a template, which server and OpenAPI use, and a function that fills it in,
//! which the client uses.
//!
//! Bodies and answers are in [`crate::api`], one module for each group.

use crate::ids::{AttemptId, BlobId, DeviceId, EnrolmentId, FactorId, InvitationId, SessionId, SnapshotId};

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

/// What a request shows to be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Nothing.
    Open,
    /// A session.
    Session,
    /// A session and a ticket: something that a stolen session must not do.
    SessionAndTicket,
    /// A ticket: whoever signed in has no device yet.
    Ticket,
    /// A session or a ticket.
    Either,
}

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path; `{…}` is filled in.
    pub template: &'static str,
    /// What a request shows.
    pub admission: Admission,
}

macro_rules! routes {
    ($($(#[$doc:meta])* $method:ident $constant:ident $name:ident ( $($field:ident : $type:ty),* ) $template:literal $admission:ident;)*) => {
        /// The templates of all paths.
        pub mod path {
            $($(#[$doc])* pub const $constant: &str = $template;)*
        }

        $($(#[$doc])* #[must_use] pub fn $name($($field: $type),*) -> String { format!($template) })*

        /// Every route.
        pub const ALL: &[Route] = &[
            $(Route { method: Method::$method, template: path::$constant, admission: Admission::$admission },)*
        ];
    };
}

routes! {
    /// What the server is and allows.
    Get META meta() "/v1/meta" Open;

    /// Sends a code to an e-mail address, where the server confirms addresses.
    Post VERIFY_EMAIL verify_email() "/v1/auth/verify-email" Open;
    /// Begins a sign-up.
    Post REGISTER_START register_start() "/v1/auth/register/start" Open;
    /// Creates the account.
    Post REGISTER_FINISH register_finish() "/v1/auth/register/finish" Open;
    /// Begins a sign-in.
    Post LOGIN_START login_start() "/v1/auth/login/start" Open;
    /// Checks the password.
    Post LOGIN_FINISH login_finish() "/v1/auth/login/finish" Open;
    /// Checks a second factor.
    Post SECOND_FACTOR second_factor() "/v1/auth/second-factor" Ticket;
    /// Gets a challenge for a passkey as second factor.
    Post PASSKEY_CHALLENGE passkey_challenge() "/v1/auth/passkey-challenge" Ticket;
    /// Shows the proof of a recovery code.
    Post RECOVER recover() "/v1/auth/recover" Open;
    /// Begins setting another password.
    Post PASSWORD_START password_start() "/v1/auth/password/start" Ticket;
    /// Sets another password, and the key bundle that belongs to it.
    Post PASSWORD_FINISH password_finish() "/v1/auth/password/finish" Ticket;

    /// Begins single sign-on in the system's browser.
    Get OIDC_START oidc_start() "/v1/oidc/start" Open;
    /// Where the provider sends the browser back to.
    Get OIDC_CALLBACK oidc_callback() "/v1/oidc/callback" Open;
    /// Exchanges the code that the browser brought back for a ticket.
    Post OIDC_FINISH oidc_finish() "/v1/oidc/finish" Open;

    /// The second factors of the account.
    Get FACTORS factors() "/v1/factors" Session;
    /// Begins setting up one-time passwords.
    Post TOTP_START totp_start() "/v1/factors/totp/start" SessionAndTicket;
    /// Ends setting up one-time passwords.
    Post TOTP_FINISH totp_finish() "/v1/factors/totp/finish" SessionAndTicket;
    /// Begins setting up a passkey.
    Post PASSKEY_START passkey_start() "/v1/factors/passkeys/start" SessionAndTicket;
    /// Ends setting up a passkey.
    Post PASSKEY_FINISH passkey_finish() "/v1/factors/passkeys/finish" SessionAndTicket;
    /// Replaces the backup codes.
    Post BACKUP_CODES backup_codes() "/v1/factors/backup-codes" SessionAndTicket;
    /// Removes a second factor.
    Delete FACTOR factor(id: FactorId) "/v1/factors/{id}" SessionAndTicket;

    /// Gets a nonce for a device's proof.
    Post NONCES nonces() "/v1/sessions/nonce" Open;
    /// Begins a session.
    Post SESSIONS create_session() "/v1/sessions" Open;
    /// The sessions of the account.
    Get SESSIONS_LIST sessions() "/v1/sessions" Session;
    /// Ends a session.
    Delete SESSION session(id: SessionId) "/v1/sessions/{id}" Session;

    /// The device log.
    Get DEVICES devices() "/v1/devices" Either;
    /// Admits a device.
    Put DEVICE device(id: DeviceId) "/v1/devices/{id}" Either;
    /// Revokes a device. (Not `DELETE`: that would need a body, which some proxies drop.)
    Post DEVICE_REVOKE revoke_device(id: DeviceId) "/v1/devices/{id}/revoke" SessionAndTicket;

    /// The wrapped keys of the account.
    Get KEYS keys() "/v1/keys" Either;
    /// Replaces the wrapped keys.
    Put KEYS_PUT put_keys() "/v1/keys" SessionAndTicket;

    /// The enrolments that wait for an answer.
    Get ENROLMENTS enrolments() "/v1/enrolments" Session;
    /// The state of an enrolment.
    Get ENROLMENT enrolment(id: EnrolmentId) "/v1/enrolments/{id}" Either;
    /// The new device begins an enrolment with its commitment.
    Put ENROLMENT_PUT put_enrolment(id: EnrolmentId) "/v1/enrolments/{id}" Ticket;
    /// The old device answers with its keys.
    Post ENROLMENT_ANSWER answer_enrolment(id: EnrolmentId) "/v1/enrolments/{id}/answer" Session;
    /// The new device reveals its keys.
    Post ENROLMENT_REVEAL reveal_enrolment(id: EnrolmentId) "/v1/enrolments/{id}/reveal" Ticket;
    /// The old device admits the new one, and seals the keys to it.
    Post ENROLMENT_SEAL seal_enrolment(id: EnrolmentId) "/v1/enrolments/{id}/seal" Session;
    /// Either device cancels.
    Delete ENROLMENT_DELETE cancel_enrolment(id: EnrolmentId) "/v1/enrolments/{id}" Either;

    /// Stores records.
    Post RECORDS push_records() "/v1/records" Session;
    /// Reads records.
    Get RECORDS_GET pull_records() "/v1/records" Session;
    /// Waits for changes.
    Get CHANGES changes() "/v1/changes" Session;
    /// The ends of all chains.
    Get HEADS heads() "/v1/heads" Session;

    /// Makes sure that the server has, or gets, a blob: creates, claims or undeletes it.
    Put BLOB_PUT put_blob(id: BlobId) "/v1/blobs/{id}" Session;
    /// Stores a part of a blob.
    Put BLOB_PART blob_part(id: BlobId, part: u32) "/v1/blobs/{id}/parts/{part}" Session;
    /// Makes a blob complete.
    Post BLOB_COMMIT commit_blob(id: BlobId) "/v1/blobs/{id}/commit" Session;
    /// Reads a blob or a range of it.
    Get BLOB blob(id: BlobId) "/v1/blobs/{id}" Session;
    /// Addresses at which the parts can be read or written directly.
    Post BLOB_URLS blob_urls(id: BlobId) "/v1/blobs/{id}/urls" Session;
    /// Deletes a blob; it can be undeleted for 30 days.
    Delete BLOB_DELETE delete_blob(id: BlobId) "/v1/blobs/{id}" Session;
    /// Lists blobs.
    Get BLOBS blobs() "/v1/blobs" Session;

    /// The snapshots that the server has.
    Get SNAPSHOTS snapshots() "/v1/snapshots" Session;
    /// Announces a snapshot.
    Put SNAPSHOT snapshot(id: SnapshotId) "/v1/snapshots/{id}" Session;
    /// Makes a snapshot count.
    Post SNAPSHOT_COMMIT commit_snapshot(id: SnapshotId) "/v1/snapshots/{id}/commit" Session;

    /// What the account uses.
    Get USAGE usage() "/v1/usage" Session;
    /// The account.
    Get ACCOUNT account() "/v1/account" Session;
    /// Everything that the server knows about the account in plaintext.
    Post ACCOUNT_EXPORT export_account() "/v1/account/export" SessionAndTicket;
    /// Requests the erasure of the account.
    Post ACCOUNT_ERASE erase_account() "/v1/account/erase" SessionAndTicket;
    /// Takes the request back.
    Post ACCOUNT_RESTORE restore_account() "/v1/account/restore" Ticket;
    /// What happened to the account.
    Get ACCOUNT_EVENTS account_events() "/v1/account/events" Session;

    /// The invitations that the account made.
    Get INVITATIONS invitations() "/v1/invitations" Session;
    /// Makes an invitation.
    Post INVITATIONS_POST create_invitation() "/v1/invitations" Session;
    /// Takes an invitation back.
    Delete INVITATION invitation(id: InvitationId) "/v1/invitations/{id}" Session;
}

/// Names a started attempt in a path of the server's own web pages.
#[must_use]
pub fn passkey_page(attempt: AttemptId) -> String {
    format!("/passkey/{attempt}")
}

#[cfg(test)]
mod tests;
