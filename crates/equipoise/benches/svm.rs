//! scratch
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]
use equipoise::kernels::*;
use equipoise::solvers::smo::*;
use equipoise::solvers::*;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
fn npy(path: &str) -> Vec<f64> {
    let b = std::fs::read(path).unwrap();
    let h = 10 + u16::from_le_bytes([b[8], b[9]]) as usize;
    b[h..].chunks_exact(8).map(|c| f64::from_le_bytes(c.try_into().unwrap())).collect()
}
fn main() {
    let y = npy("/tmp/smo/y.npy");
    let x = npy("/tmp/smo/X.npy");
    let n = y.len();
    let d = x.len() / n;
    let rows = Rows::dense(&x, n, d).unwrap();
    let g = Gamma::Scale.resolve(&rows).unwrap();
    println!("gamma {g}");
    let positive: Vec<bool> = y.iter().map(|y| *y > 0.0).collect();
    for (c, gamma, shrinking) in [
        (1.0, g, Shrinking::On),
        (1.0, g, Shrinking::Off),
        (10.0, 0.1, Shrinking::On),
        (10.0, 0.1, Shrinking::Off),
        (0.1, g, Shrinking::On),
    ] {
        let t = cpu();
        let gram = Gram::new(Function::Rbf { gamma }, rows).unwrap();
        let cost = vec![c; n];
        let mut settings = Settings::default();
        settings.shrinking = shrinking;
        let s = classify(
            &gram,
            &Classification { positive: &positive, cost: &cost, offset: None, start: None },
            &settings,
        )
        .unwrap();
        println!("C {c} gamma {gamma} {shrinking:?} cpu {:.3} b {} {:?}", cpu() - t, s.intercept, s.report);
    }
    let z = npy("/tmp/smo/Z.npy");
    let zrows = Rows::dense(&z, n, d).unwrap();
    for (c, gamma) in [(1.0, 1.0 / 103.0), (10.0, 0.003)] {
        let t = cpu();
        let gram = Gram::new(Function::Rbf { gamma }, zrows).unwrap();
        let cost = vec![c; n];
        let s = classify(
            &gram,
            &Classification { positive: &positive, cost: &cost, offset: None, start: None },
            &Settings::default(),
        )
        .unwrap();
        println!("std C {c} gamma {gamma} cpu {:.3} b {} {:?}", cpu() - t, s.intercept, s.report);
    }
    let gram = Gram::new(Function::Rbf { gamma: g }, zrows).unwrap();
    let mut out = vec![0.0; n];
    let t = cpu();
    for i in 0..1000 {
        gram.row(i, &mut out);
    }
    println!("dense row ms {:?}", cpu() - t);
    let gram = Gram::new(Function::Rbf { gamma: g }, rows).unwrap();
    let mut out = vec![0.0; n];
    let t = std::time::Instant::now();
    for i in 0..2000 {
        gram.row(i, &mut out);
    }
    println!("row {:?}", t.elapsed() / 2000);
}
