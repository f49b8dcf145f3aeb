//! `mask` and `sha256`: values that shall not be read by everyone.

use bstr::ByteSlice;
use sha2::{Digest, Sha256};

use super::convert::write_text;
use super::{Asks, Call, Failed, Family, FunctionDef, Returns};
use crate::doc::{Doc, Example};

pub(super) static MASK: FunctionDef = FunctionDef {
    name: "mask",
    usage: "mask(x[, keep])",
    family: Family::Privacy,
    arity: (1, 2),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: mask,
    doc: Doc {
        summary: "a value with every character but the last few replaced by *",
        text: "The last `keep` characters stay (none without it), all of them where there are no more. \
               A value that is no text is masked as `text(x)` writes it. The result tells the length; see `sha256` \
               for one that does not.",
        examples: &[Example {
            command: "--from ndjson project 'card = mask(card, 4), name = mask(name)'",
            input: "{\"card\":\"4111111111111111\",\"name\":\"Zoë\"}\n",
            output: "{\"card\":\"************1111\",\"name\":\"***\"}\n",
        }],
    },
};

pub(super) static SHA256: FunctionDef = FunctionDef {
    name: "sha256",
    usage: "sha256(x)",
    family: Family::Privacy,
    arity: (1, 1),
    returns: Returns::NotBool,
    asks: Asks::Values,
    prepare: None,
    eval: sha256,
    doc: Doc {
        summary: "the SHA-256 hash of a value, in lower-case hexadecimal",
        text: "The hash is that of the UTF-8 bytes of a text. A value that is no text is hashed as `text(x)` \
               writes it, so that the JSON numbers 1 and 1.0 give the same, while untyped text is taken as it is \
               spelled. What can be guessed, such as a telephone number, can be found by trying: put a secret \
               in front, `sha256(\"secret\" ++ x)`.",
        examples: &[Example {
            command: "--from ndjson project 'user = sha256(user)'",
            input: "{\"user\":\"ada\"}\n",
            output: "{\"user\":\"fdee430d40bd57deeac186cd9790033d0f06f909a8806e7ce6e717ab7c7d5029\"}\n",
        }],
    },
};

fn mask(call: &mut Call<'_>) {
    let env = call.env;
    let mut plain = Vec::new();
    call.each_known(|args, slot| {
        let keep = if args.len() > 1 { args.whole(1)? } else { 0 };
        let keep = usize::try_from(keep).map_err(|_| Failed::of(1, "fewer characters than none"))?;
        plain.clear();
        write_text(args.value(0), env, &mut plain);
        slot.text_with(|out| write_masked(&plain, keep, out));
        Ok(())
    });
}

fn write_masked(text: &[u8], keep: usize, out: &mut Vec<u8>) {
    let hidden = text.chars().count().saturating_sub(keep);
    out.resize(out.len() + hidden, b'*');
    let kept = text.char_indices().nth(hidden).map_or(text.len(), |(start, ..)| start);
    out.extend_from_slice(text.get(kept..).unwrap_or(&[]));
}

fn sha256(call: &mut Call<'_>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let env = call.env;
    let mut plain = Vec::new();
    call.each1(|value, slot| {
        plain.clear();
        write_text(value, env, &mut plain);
        let digest = Sha256::digest(&plain);
        let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| HEX.get(usize::from(digit)).copied());
        slot.text_with(|out| out.extend(digest.iter().flat_map(|&byte| digits(byte)).flatten()));
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use crate::function::tests::{check, told};

    #[test]
    fn masked() {
        check(&[
            ("mask('secret')", "'******'"),
            ("mask('secret', 2)", "'****et'"),
            ("mask('secret', 6)", "'secret'"),
            ("mask('secret', 99)", "'secret'"),
            ("mask('日本語🦀', 1)", "'***🦀'"),
            ("mask('')", "''"),
            ("mask(`007`, 1)", "'**7'"),
            ("mask(1.50, 1)", "'**5'"),
            ("mask(null)", "null"),
            ("mask('a', null)", "null"),
            ("mask('a', -1)", "!fewer characters than none: -1"),
            ("mask('a', 0.5)", "!not a whole number: 0.5"),
            ("mask('a', 'b')", "!not a number, but text (see number(x)): \"b\""),
        ]);
    }

    /// The first two are test vectors of FIPS 180-4.
    #[test]
    fn hashed() {
        let of_one = "'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b'";
        check(&[
            ("sha256('abc')", "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'"),
            ("sha256('')", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"),
            ("sha256(1.0)", of_one),
            ("sha256('1')", of_one),
            ("sha256(null)", "null"),
        ]);
        assert_ne!(told("sha256(`1.0`)"), of_one);
    }
}
