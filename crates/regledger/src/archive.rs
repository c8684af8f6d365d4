//! Commands over archives: archive, restore.

use std::path::Path;
use std::process::ExitCode;

use ledger::{Archived, Options, Restoring};
use serde_json::{Value, json};

use crate::args::Args;
use crate::record::{coded, open};

pub(crate) fn archive(args: &Args, file: &Path, with_vault: bool) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let archived = ledger.archive(file, with_vault).map_err(coded)?;
    let bytes = std::fs::metadata(file)?.len();
    if args.json {
        let mut told = tell(&archived);
        told["bytes"] = bytes.into();
        println!("{told}");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} events in {bytes} bytes, {}\nhead    {}\ndigest  {}",
        archived.size,
        file.display(),
        archived.head,
        archived.digest
    );
    if with_vault {
        println!(
            "The vault's ciphertext is in it, the keys that open it are not: keep a copy of {} \
             apart from it.",
            args.ledger.join("keys").display()
        );
    } else {
        println!("Sealed values are not in it: with --with-vault it is a backup.");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(
    args: &Args,
    file: &Path,
    keys: Option<&Path>,
    without_vault: bool,
) -> anyhow::Result<ExitCode> {
    let how = Restoring {
        keys,
        without_vault,
        options: Options::default(),
    };
    let restored = ledger::restore(file, &args.ledger, &how).map_err(coded)?;
    if args.json {
        println!("{}", tell(&restored));
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} events restored in {}\nhead    {}\nviews   {}",
        restored.size,
        args.ledger.display(),
        restored.head,
        restored.projections.digest
    );
    if keys.is_none() {
        println!(
            "Without the old keys/ it does not sign checkpoints: make a key with `keys rotate` and \
             publish once with --adopt."
        );
    }
    println!("Next: regledger --ledger {} verify", args.ledger.display());
    Ok(ExitCode::SUCCESS)
}

fn tell(archived: &Archived) -> Value {
    json!({
        "digest": archived.digest,
        "head": archived.head,
        "origin": archived.origin,
        "projections": archived.projections,
        "size": archived.size,
        "vault": archived.vault,
    })
}
