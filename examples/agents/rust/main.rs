//! An agent in Rust, with its standard library alone: one question over a plain TCP connection. It follows the contract
//! of docs/external-agents.md as far as its variables go, and writes no metrics: it is measured from outside.

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => json.extend(['\\', char]),
            _ if char.is_control() => json.push_str(&format!("\\u{:04x}", char as u32)),
            _ => json.push(char),
        }
    }
    json.push('"');
    json
}

fn main() -> Result<(), Box<dyn Error>> {
    let host = env::var("OLLAMA_HOST")?;
    let model = env::var("OLLAMA_MODEL")?;
    // They are JSON already: the very options that the policy has for this agent.
    let options = env::var("OLLAMA_OPTIONS").unwrap_or("{}".into());
    let think = env::var("OLLAMA_THINK").unwrap_or("false".into());
    let body = format!(
        r#"{{"model":{},"messages":[{{"role":"user","content":{}}}],"options":{options},"think":{think}}}"#,
        quoted(&model),
        quoted("Name three things that make a benchmark trustworthy."),
    );

    // HTTP/1.0, so that the answer comes as it is: headers, then one JSON object a line until the connection closes.
    let mut server = TcpStream::connect(&host)?;
    write!(
        server,
        "POST /api/chat HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    )?;

    let mut done = false;
    for (number, line) in BufReader::new(server).lines().enumerate() {
        let line = line?;
        if number == 0 && !line.contains(" 200 ") {
            return Err(format!("the server says: {line}").into());
        }
        done |= line.contains(r#""done":true"#);
    }
    if done { Ok(()) } else { Err("the answer was cut short".into()) }
}
