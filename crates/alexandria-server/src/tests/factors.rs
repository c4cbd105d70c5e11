//! Second factors: one-time passwords that are accepted once, and backup codes.

use alexandria_protocol::api::auth::{FactorKind, SecondFactor, SignedIn};
use alexandria_protocol::api::factors::{BackupCodes, FactorAdded, Factors, TotpFinish, TotpStarted};
use alexandria_protocol::problem::ProblemCode;
use totp_rs::{Builder, Secret};

use super::client::{Client, PASSWORD};
use super::harness::{Options, TestServer, on_every_stack};

/// The code that an authenticator app shows now.
fn code(server: &TestServer, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(server.state.clock.now_ms()).unwrap() / 1000).to_string()
}

async fn show(client: &Client, factor: &SecondFactor) -> super::client::Answer {
    client.post("auth/second-factor", factor).await
}

async fn with_totp(client: &mut Client) -> (String, FactorAdded) {
    client.sign_in(PASSWORD).await.json::<SignedIn>();
    let started: TotpStarted = client.post_empty("factors/totp/start").await.json();
    let finish = TotpFinish { attempt: started.attempt, code: code(&client.server, &started.secret) };
    let added = client.post("factors/totp/finish", &finish).await.json();
    (started.secret, added)
}

#[tokio::test]
async fn factor_is_asked_for_only_after_its_first_code() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        client.post_empty("factors/totp/start").await.refused(&ProblemCode::TicketRequired);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        client.post_empty("factors/backup-codes").await.refused(&ProblemCode::Invalid);
        let started: TotpStarted = client.post_empty("factors/totp/start").await.json();
        assert!(started.uri.starts_with("otpauth://totp/Alexandria:ada%40example%2Eorg?secret="));
        assert!(client.sign_in(PASSWORD).await.json::<SignedIn>().factors_due.is_empty());
        let wrong = TotpFinish { attempt: started.attempt, code: "000000".to_owned() };
        client.post("factors/totp/finish", &wrong).await.refused(&ProblemCode::SecondFactorFailed);
        let right = TotpFinish { attempt: started.attempt, code: code(&server, &started.secret) };
        let mut other = Client::registered(&server, "eve@example.org").await;
        other.sign_in(PASSWORD).await.json::<SignedIn>();
        other.post("factors/totp/finish", &right).await.refused(&ProblemCode::AttemptExpired);
        client.post("factors/totp/finish", &right).await.json::<FactorAdded>();
        client.post("factors/totp/finish", &right).await.refused(&ProblemCode::AttemptExpired);
        assert_eq!(client.sign_in(PASSWORD).await.json::<SignedIn>().factors_due, [FactorKind::Totp]);
    })
    .await;
}

#[tokio::test]
async fn ticket_without_second_factor_admits_to_nothing() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let (secret, _) = with_totp(&mut client).await;
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        client.post_empty("account/export").await.refused(&ProblemCode::SecondFactorRequired);
        client.post_empty("account/restore").await.refused(&ProblemCode::SecondFactorRequired);
        let token = client.token.take();
        client.get("keys").await.refused(&ProblemCode::SecondFactorRequired);
        client.token = token;
        show(&client, &SecondFactor::Totp { code: "000000".to_owned() })
            .await
            .refused(&ProblemCode::SecondFactorFailed);
        // The code that confirmed the factor was used by that.
        let used = SecondFactor::Totp { code: code(&server, &secret) };
        show(&client, &used).await.refused(&ProblemCode::SecondFactorFailed);
        server.clock.advance(30_000);
        let right = code(&server, &secret);
        let raised: SignedIn = show(&client, &SecondFactor::Totp { code: right.clone() }).await.json();
        assert!(raised.factors_due.is_empty());
        assert_eq!(client.post_empty("account/export").await.status, 200);
        // ASVS 6.5.1: the same code opens no second ticket.
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        show(&client, &SecondFactor::Totp { code: right }).await.refused(&ProblemCode::SecondFactorFailed);
    })
    .await;
}

#[tokio::test]
async fn backup_code_is_accepted_once_and_replaced_with_its_set() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let (_, factor) = with_totp(&mut client).await;
        let codes = client.post_empty("factors/backup-codes").await.json::<BackupCodes>().codes;
        assert_eq!(codes.len(), 10);
        let due = client.sign_in(PASSWORD).await.json::<SignedIn>().factors_due;
        assert_eq!(due, [FactorKind::Totp, FactorKind::BackupCode]);
        let backup = |code: &str| SecondFactor::BackupCode { code: code.to_owned() };
        show(&client, &backup("0000-0000-0000-0000")).await.refused(&ProblemCode::SecondFactorFailed);
        show(&client, &backup(&codes[0].to_lowercase().replace('-', " "))).await.json::<SignedIn>();
        assert_eq!(client.get("factors").await.json::<Factors>().backup_codes_left, 9);
        let new = client.post_empty("factors/backup-codes").await.json::<BackupCodes>().codes;
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        for void in [&codes[0], &codes[1]] {
            show(&client, &backup(void)).await.refused(&ProblemCode::SecondFactorFailed);
        }
        show(&client, &backup(&new[0])).await.json::<SignedIn>();
        let path = format!("factors/{}", factor.id);
        client.delete(&path).await.done();
        client.delete(&path).await.refused(&ProblemCode::NotFound);
        assert_eq!(client.get("factors").await.json::<Factors>().backup_codes_left, 0);
        assert!(client.sign_in(PASSWORD).await.json::<SignedIn>().factors_due.is_empty());
    })
    .await;
}
