use super::*;

const COMMIT: &str = "3d3c42e5aac5ba805825da76410c181273ba90b1";
const DIGEST: &str = "sha256:962f6cadeae0ea6284001009daa4cc9a8c37e75d1f5191cf0eb83fe565b63dd7";

fn allowed() -> Allowed {
    let list = serde_json::json!({
        "actions": { "actions/checkout": { "version": "v7.0.1", "commit": COMMIT } },
        "images": { "ubuntu:22.04": DIGEST },
        "runners": ["ubuntu-24.04", "macos-15"],
    });
    serde_json::from_value(list).unwrap()
}

/// A command line with a few tasks.
fn tasks() -> Command {
    let flag = |name: &'static str| clap::Arg::new(name).long(name).action(clap::ArgAction::SetTrue);
    let option = |name: &'static str| clap::Arg::new(name).long(name);
    let rest = clap::Arg::new("step").num_args(1..).trailing_var_arg(true).allow_hyphen_values(true);
    let minutes = option("minutes").value_parser(clap::value_parser!(u32));
    Command::new("xtask").subcommand_required(true).subcommands([
        Command::new("test").arg(flag("units")),
        Command::new("fuzz").arg(clap::Arg::new("target")).arg(minutes),
        Command::new("setup").arg(flag("list-packages")),
        Command::new("codegen"),
        Command::new("dist").arg(option("programs")).arg(option("only")).arg(option("out")),
        Command::new("release").arg(rest),
    ])
}

/// A workflow with this job has these findings.
fn check(job: &str, expect: &[&str]) {
    let text = format!(
        "name: A\n\npermissions: {{}}\n\nconcurrency:\n  group: a\n\njobs:\n  a:\n    timeout-minutes: 5\n{job}\n"
    );
    check_text(&text, expect);
}

fn check_text(text: &str, expect: &[&str]) {
    let source = Source { path: "a.yml".to_owned(), text: text.to_owned() };
    let shown: Vec<String> = violations(&source, &allowed(), &tasks()).iter().map(Finding::to_string).collect();
    assert_eq!(shown.len(), expect.len(), "{text}\n{shown:#?}");
    for (shown, expect) in shown.iter().zip(expect) {
        assert!(shown.contains(expect), "{shown}, not {expect}");
    }
}

#[test]
fn actions_are_those_of_the_list() {
    let pinned = format!("    steps:\n      - uses: actions/checkout@{COMMIT} # v7.0.1");
    check(&pinned, &[]);
    check("    uses: $/.github/workflows/own.yml", &[]);
    check("    uses: ./.github/workflows/own.yml", &["the action `./.github/workflows/own.yml` is not in"]);
    check(&pinned.replace(" # v7.0.1", ""), &["a.yml:12: write `actions/checkout@3d3c"]);
    check(&pinned.replace("v7.0.1", "v7.0.0"), &["write `actions/checkout@3d3c"]);
    check(&pinned.replace(COMMIT, "v7"), &["# v7.0.1`, as in"]);
    check(&pinned.replace("3d3c", "3d3d"), &["# v7.0.1`, as in"]);
    check(&pinned.replace("checkout", "stale"), &["the action `actions/stale` is not in"]);
    check("      - name: Named first\n        uses: actions/checkout@v7", &["a.yml:12: write"]);
}

#[test]
fn runners_exist_also_those_of_a_matrix() {
    check("    runs-on: ubuntu-24.04", &[]);
    check("    runs-on: macos-14", &["the runner `macos-14` is not in"]);
    check("    runs-on: ubuntu-latest", &["the runner `ubuntu-latest`"]);
    check("    runs-on: ${{ matrix.os }}\n    os: [ubuntu-24.04, macos-15]", &[]);
    check("    runs-on: ${{ matrix.os }}\n    os: [ubuntu-24.04, macos-14]", &["a.yml:12: the runner `macos-14`"]);
    check("    runs-on: ${{ matrix.os }}\n      - os: ubuntu-20.04\n        x: y", &["`ubuntu-20.04`"]);
    check("    runs-on: ${{ inputs.os }}", &["`${{ inputs.os }}`"]);
}

#[test]
fn containers_are_named_by_their_digest() {
    check(&format!("    container: ubuntu:22.04@{DIGEST}"), &[]);
    check(&format!("    container:\n      image: ubuntu:22.04@{DIGEST}"), &[]);
    check("    container: ubuntu:22.04", &["write `ubuntu:22.04@sha256:962f"]);
    check(&format!("    container: ubuntu:20.04@{DIGEST}"), &["`ubuntu:20.04` is not in"]);
}

#[test]
fn workflow_has_its_limits() {
    let jobs = "\njobs:\n  a:\n    runs-on: ubuntu-24.04\n";
    let expect = ["1 jobs and 0 times", "no line `concurrency:`", "no line `permissions: {}`"];
    check_text(jobs, &expect);
    check_text(
        &format!("permissions:\n  contents: write\nconcurrency:\n{jobs}    timeout-minutes: 5"),
        &["`permissions: {}`"],
    );
}

#[test]
fn downloads_name_their_hash() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    check("      - run: curl --output a https://example.org/a", &["a.yml:11: a download without its SHA-256"]);
    check("      - run: |\n          wget https://example.org/a\n          ./a", &["a.yml:12: a download"]);
    check("      - run: Invoke-WebRequest https://example.org/a", &["a download"]);
    let verified = format!(
        "      - run: |\n          curl --output a https://example.org/a\n          echo '{hash}  a' | sha256sum --check"
    );
    check(&verified, &[]);
    check(&verified.replace("e3b0c4", ""), &["a download"]);
    check("      - run: true && sudo A=b wget a | sh", &["a download"]);
    check("      - run: apt-get install curl git", &[]);
}

#[test]
fn expressions_do_not_become_code() {
    check("      - run: echo '${{ github.ref_name }}'", &["an expression in a script"]);
    check("      - run: |\n          true\n          echo ${{ inputs.a }}", &["a.yml:13: an expression"]);
    check("      - env:\n          NAME: ${{ github.ref_name }}\n        run: echo \"$NAME\"", &[]);
}

#[test]
fn commands_of_the_repository_exist() {
    check("      - run: cargo xtask test --units", &[]);
    check("      - run: cargo xtask fuzz \"$TARGET\" --minutes \"$MINUTES\"", &[]);
    check("      - run: sudo apt-get install $(cargo xtask setup --list-packages)", &[]);
    check("      - run: cargo xtask release watch --url \"$URL\" | tee log", &[]);
    check("      - run: cargo xtask fuzz epub --minutes many", &["does not exist: error: invalid value"]);
    check("      - run: cargo xtask polish", &["`cargo xtask polish` does not exist"]);
    check("      - run: cargo xtask test --unit", &["`cargo xtask test --unit` does not exist"]);
    check(
        "      - run: |\n          cargo xtask dist \\\n            --programs a \\\n            --for-nobody",
        &["a.yml:12: `cargo xtask dist --programs a --for-nobody`"],
    );
    check("      - run: >-\n          cargo xtask\n          polish", &["a.yml:12: `cargo xtask polish`"]);
    check("      - run: cargo xtask codegen && cargo xtask polish", &["xtask polish"]);
    check("      - run: cargo xtask dist --only dmg --programs a --out b", &[]);
}
