//! The server learns nothing: after a complete session, nothing that the client sealed or derived keys from is in its
//! database, objects, log or metrics. What it must know (the login name) is there, which shows that the search finds things.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use alexandria_protocol::api::auth::SignedIn;
use alexandria_protocol::api::records::Pushed;

use super::blobs::Upload;
use super::client::{Client, PASSWORD, random};
use super::harness::{Options, on_every_stack};

/// What must not be anywhere on the server.
const CANARIES: [&str; 3] = ["The Glass Bead Game", "underlined twice on the train", "shelf/glass-bead-game.epub"];

/// A sealing of the test's own: BLAKE3 as a stream under a key that only the client has. What matters here is that the
/// server gets the same kind of bytes as from the app.
fn seal(key: &[u8; 32], text: &str) -> Vec<u8> {
    let nonce: [u8; 16] = random();
    let mut sealed = vec![0; text.len()];
    blake3::Hasher::new_keyed(key).update(&nonce).finalize_xof().fill(&mut sealed);
    sealed.iter_mut().zip(text.bytes()).for_each(|(byte, text)| *byte ^= text);
    [nonce.as_slice(), &sealed].concat()
}

/// The log, as a file of it would be.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn collect(folder: &Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        into.extend_from_slice(path.display().to_string().as_bytes());
        if path.is_dir() { collect(&path, into) } else { into.extend(std::fs::read(&path).unwrap()) }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// The forms in which text or a key may be stored.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    use base64::Engine as _;
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let wide: Vec<u8> = secret.iter().flat_map(|byte| [*byte, 0]).collect();
    // Base64 of a longer text contains that of a part only at the same offset of three.
    let encoded = (0..3).filter_map(|skip| {
        let part = secret.get(skip..)?;
        let text = base64::engine::general_purpose::STANDARD.encode(&part[..part.len() / 3 * 3]);
        Some(text.into_bytes())
    });
    // As the model's rows print bytes.
    let listed = secret.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    [secret.to_vec(), hex.into_bytes(), wide, listed.into_bytes()].into_iter().chain(encoded).collect()
}

#[tokio::test]
async fn server_holds_no_canary_after_complete_session() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    // For the complete process: with a subscriber of one thread, what is logged depends on which test ran first.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    on_every_stack(Options::default(), |server| {
        let log = log.clone();
        async move {
            log.0.lock().unwrap().clear();
            let mut client = Client::new(&server, "ada@example.org");
            let key: [u8; 32] = random();
            client.register().await.done();
            client.open_session().await;
            client.sign_in(PASSWORD).await.json::<SignedIn>();
            for text in CANARIES {
                let frame = client.record(&seal(&key, text));
                client.push(&[frame]).await.json::<Pushed>();
                let mut upload = Upload::new(0, 0);
                upload.bytes = seal(&key, text);
                upload.upload(&client).await;
            }
            // Refusals are logged, too: what came with them must not be.
            client.name = CANARIES[1].to_owned();
            client.get("records?after=The%20Glass%20Bead%20Game").await;
            client.push_bytes(CANARIES[0].as_bytes().to_vec()).await;
            client.post("auth/login/start", &CANARIES).await;
            client.get(&format!("blobs/{}", CANARIES[2].replace('/', "%2F"))).await;
            client.post_empty("account/export").await;

            let mut held = log.0.lock().unwrap().clone();
            assert!(!held.is_empty(), "nothing was logged");
            if server.stack == "embedded" {
                collect(server.folder.path(), &mut held);
            } else {
                // The model's rows, as their own description prints them, and the objects.
                held.extend(format!("{:?}", server.state.store).into_bytes());
                collect(server.folder.path(), &mut held);
            }
            let token = client.token.clone().unwrap();
            let secrets: Vec<Vec<u8>> = CANARIES
                .iter()
                .map(|text| text.as_bytes().to_vec())
                .chain([key.to_vec(), PASSWORD.as_bytes().to_vec(), token.into_bytes()])
                .chain([client.recovery_proof().expose().to_vec()])
                .chain([client.ticket.as_ref().unwrap().expose().to_vec()])
                .collect();
            for (number, secret) in secrets.iter().enumerate() {
                for form in forms(secret) {
                    assert!(!contains(&held, &form), "{}: secret {number} as {form:?}", server.stack);
                }
            }
            // The search finds what is there: the name where it must be, a blob's sealed bytes in the objects.
            let stored = server.state.store.account(client.account).await.unwrap().unwrap();
            assert_eq!(stored.login, "ada@example.org");
            let mut objects = Vec::new();
            collect(&server.objects(), &mut objects);
            assert!(contains(&objects, b"objects"));
        }
    })
    .await;
}
