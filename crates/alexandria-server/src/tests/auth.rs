//! Signing in, and what a ticket is good for.

use alexandria_protocol::api::auth::{LoginFinish, LoginStart, LoginStarted, RegistrationStarted, SignedIn};
use alexandria_protocol::api::keys::KeysStored;
use alexandria_protocol::api::password::{PasswordFinish, PasswordStart};
use alexandria_protocol::ids::AttemptId;
use alexandria_protocol::limits::Limits;
use alexandria_protocol::problem::ProblemCode;
use alexandria_protocol::secret::Ticket;
use reqwest::Method;

use super::client::{Client, PASSWORD, random};
use super::harness::{Options, on_every_stack};
use super::opaque::{Registration, SignIn};

#[tokio::test]
async fn wrong_password_is_refused_and_right_one_gives_ticket() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        client.sign_in("incorrect horse").await.refused(&ProblemCode::SignInFailed);
        assert!(client.ticket.is_none());
        let signed_in: SignedIn = client.sign_in(PASSWORD).await.json();
        assert_eq!(signed_in.account, client.account);
        assert!(signed_in.factors_due.is_empty());
        // A ticket does not open the library.
        client.token = None;
        client.get("heads").await.refused(&ProblemCode::Unauthenticated);
        client.get("keys").await.json::<alexandria_protocol::api::keys::KeyBundle>();
    })
    .await;
}

/// ASVS 6.3.8: nobody learns from an answer whether a name has an account.
#[tokio::test]
async fn unknown_name_gets_the_same_answers_as_known_one() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let mut shapes = Vec::new();
        for name in ["ada@example.org", "nobody@example.org"] {
            let login = SignIn::start("guess");
            let request = LoginStart { name: name.to_owned(), request: login.request.clone().into() };
            let answer = client.post("auth/login/start", &request).await;
            let mut names: Vec<String> =
                answer.headers.iter().filter(|(name, _)| *name != "date").map(|(name, _)| name.to_string()).collect();
            names.sort();
            let started: LoginStarted = answer.json();
            assert!(login.finish("guess", started.response.as_slice()).is_none());
            let finish = LoginFinish { attempt: started.attempt, finalization: vec![1; 64].into() };
            let refusal = client.post("auth/login/finish", &finish).await;
            let mut problem = refusal.refused(&ProblemCode::SignInFailed);
            problem.instance = None;
            shapes.push((names, answer.body.len(), started.response.len(), started.ksf, refusal.body.len(), problem));
        }
        assert_eq!(shapes[0], shapes[1]);
        // The same question gets the same evaluation each time, as a real account would answer it.
        let login = SignIn::start("guess");
        let mut evaluations = Vec::new();
        for _ in 0..2 {
            let request = LoginStart { name: "nobody@example.org".to_owned(), request: login.request.clone().into() };
            let started: LoginStarted = client.post("auth/login/start", &request).await.json();
            evaluations.push(started.response.as_slice()[..32].to_vec());
        }
        assert_eq!(evaluations[0], evaluations[1]);
    })
    .await;
}

#[tokio::test]
async fn login_attempt_has_one_try_and_expires() {
    on_every_stack(Options::default(), |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        let begin = async || {
            let login = SignIn::start(PASSWORD);
            let request = LoginStart { name: client.name.clone(), request: login.request.clone().into() };
            let started: LoginStarted = client.post("auth/login/start", &request).await.json();
            let finalization = login.finish(PASSWORD, started.response.as_slice()).unwrap();
            LoginFinish { attempt: started.attempt, finalization: finalization.into() }
        };
        let finish = begin().await;
        let wrong = LoginFinish { finalization: vec![1; 64].into(), ..finish.clone() };
        client.post("auth/login/finish", &wrong).await.refused(&ProblemCode::SignInFailed);
        client.post("auth/login/finish", &finish).await.refused(&ProblemCode::SignInFailed);
        let late = begin().await;
        server.clock.advance(121_000);
        client.post("auth/login/finish", &late).await.refused(&ProblemCode::SignInFailed);
        let unknown = LoginFinish { attempt: AttemptId::from_bytes(random()), ..late };
        client.post("auth/login/finish", &unknown).await.refused(&ProblemCode::SignInFailed);
        let finish = begin().await;
        client.post("auth/login/finish", &finish).await.json::<SignedIn>();
        client.post("auth/login/finish", &finish).await.refused(&ProblemCode::SignInFailed);
    })
    .await;
}

#[tokio::test]
async fn sign_ins_are_limited_by_name_whether_it_is_known_or_not() {
    let limits = Limits { attempts_per_minute: 3, ..Options::default().limits };
    on_every_stack(Options { limits, ..Options::default() }, |server| async move {
        let client = Client::registered(&server, "ada@example.org").await;
        for name in ["ada@example.org", "nobody@example.org"] {
            let request = || LoginStart { name: name.to_owned(), request: SignIn::start("guess").request.into() };
            for _ in 0..3 {
                client.post("auth/login/start", &request()).await.json::<LoginStarted>();
            }
            let problem = client.post("auth/login/start", &request()).await.refused(&ProblemCode::RateLimited);
            server.clock.advance(i64::try_from(problem.retry_after_ms.unwrap()).unwrap());
            client.post("auth/login/start", &request()).await.json::<LoginStarted>();
        }
    })
    .await;
}

#[tokio::test]
async fn ticket_is_required_expires_and_belongs_to_one_account() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let mut other = Client::registered(&server, "eve@example.org").await;
        other.sign_in(PASSWORD).await.json::<SignedIn>();
        client.post_empty("account/export").await.refused(&ProblemCode::TicketRequired);
        client.ticket = Some(Ticket::from_bytes(random()));
        client.post_empty("account/export").await.refused(&ProblemCode::TicketRequired);
        client.ticket = other.ticket.clone();
        client.post_empty("account/export").await.refused(&ProblemCode::TicketRequired);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        assert_eq!(client.post_empty("account/export").await.status, 200);
        server.clock.advance(600_001);
        client.post_empty("account/export").await.refused(&ProblemCode::TicketRequired);
    })
    .await;
}

#[tokio::test]
async fn password_and_keys_change_together() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let begin = async |client: &Client| {
            let registration = Registration::start("another password");
            let request = PasswordStart { request: registration.request.clone().into() };
            let started: RegistrationStarted = client.post("auth/password/start", &request).await.json();
            let upload = registration.finish("another password", started.response.as_slice());
            PasswordFinish {
                attempt: started.attempt,
                upload: upload.into(),
                ksf: alexandria_protocol::api::auth::KsfParameters { memory_kib: 64 * 1024, passes: 3, lanes: 1 },
                keys: Client::bundle(b"sealed by another password"),
                recovery: None,
            }
        };
        let finish = async |client: &Client, body: &PasswordFinish, version: Option<&str>| {
            let mut request = client.request(Method::POST, "auth/password/finish");
            if let Some(version) = version {
                request = request.header("if-match", version);
            }
            client.send(client.with_json(request, body)).await
        };
        let request = PasswordStart { request: Registration::start("x").request.into() };
        client.post("auth/password/start", &request).await.refused(&ProblemCode::TicketRequired);
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        let body = begin(&client).await;
        finish(&client, &body, None).await.refused(&ProblemCode::ConditionRequired);
        finish(&client, &body, Some("\"7\"")).await.refused(&ProblemCode::Stale);
        finish(&client, &body, Some("\"1\"")).await.refused(&ProblemCode::AttemptExpired);
        // The old password still works: nothing was half done.
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        let mut other = Client::registered(&server, "eve@example.org").await;
        other.sign_in(PASSWORD).await.json::<SignedIn>();
        let body = begin(&client).await;
        finish(&other, &body, Some("\"1\"")).await.refused(&ProblemCode::AttemptExpired);
        let body = begin(&client).await;
        assert_eq!(finish(&client, &body, Some("\"1\"")).await.json::<KeysStored>().version, 2);
        client.sign_in(PASSWORD).await.refused(&ProblemCode::SignInFailed);
        client.sign_in("another password").await.json::<SignedIn>();
        let keys = client.get("keys").await;
        assert_eq!(keys.header("etag"), Some("\"2\""));
        assert_eq!(keys.json::<alexandria_protocol::api::keys::KeyBundle>(), body.keys);
    })
    .await;
}

#[tokio::test]
async fn disabled_account_is_refused_as_such_only_after_password() {
    on_every_stack(Options::default(), |server| async move {
        let mut client = Client::registered(&server, "ada@example.org").await;
        let account = server.state.rules.find_account("ADA@example.org").await.unwrap();
        server.state.rules.set_disabled(account, true).await.unwrap();
        client.get("heads").await.refused(&ProblemCode::Unauthenticated);
        client.sign_in("incorrect horse").await.refused(&ProblemCode::SignInFailed);
        client.sign_in(PASSWORD).await.refused(&ProblemCode::Forbidden);
        client.try_session().await.refused(&ProblemCode::Forbidden);
        server.state.rules.set_disabled(account, false).await.unwrap();
        client.sign_in(PASSWORD).await.json::<SignedIn>();
        client.open_session().await;
    })
    .await;
}
