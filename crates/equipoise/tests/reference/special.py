"""Reference values of the special functions, in 34 digits, for tests/it/special_functions.rs.

    python special.py > special.txt        # needs mpmath and scipy; some minutes

One line a value: function, arguments, value (tails and quantiles; every argument is the double nearest to what is
printed). Tails of the beta and gamma laws are integrated or summed in mpmath and do not share a method with the
library; a quantile is a root of those, found in as many digits.
"""
import mpmath as mp
import scipy.special as sp

mp.mp.dps = 34


def show(name, *args, value):
    print(name, *[repr(float(a)) for a in args], mp.nstr(value, 17), flush=True)


def quad_log_concave(g, s, width, sign):
    """Integral of exp(g(t) - g(s)) for t from s in direction sign, over 60 decay lengths, in pieces."""
    total, t, piece = mp.mpf(0), s, width
    g0 = g(s)
    while True:
        nxt = t + sign * piece
        part = abs(mp.quad(lambda v: mp.exp(g(v) - g0), [t, nxt]))
        total += part
        if part < total * mp.mpf(10) ** -25:
            return total
        t = nxt


def logit(x):
    return mp.log(x) - mp.log1p(-mp.mpf(x))


def beta_tails(s, a, b):
    """Lower and upper tail of Beta(a, b) at the point with logit s, by quadrature in the logit."""
    a, b = mp.mpf(a), mp.mpf(b)
    x, y = 1 / (1 + mp.exp(-s)), 1 / (1 + mp.exp(s))
    g = lambda v: a * v - (a + b) * mp.log1p(mp.exp(v))
    slope = abs(a * y - b * x)
    width = 4 / (slope + mp.sqrt((a + b) * x * y))
    lead = mp.exp(g(s) - (mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)))
    if x < a / (a + b):
        low = lead * quad_log_concave(g, s, min(width, 4), -1)
        return low, 1 - low
    high = lead * quad_log_concave(g, s, min(width, 4), 1)
    return 1 - high, high


def newton(log_tail, slope, s, target, spread):
    """Root of log_tail(s) = log target; scipy's answer is near, so one or two steps reach all digits."""
    for _ in range(40):
        value = log_tail(s)
        step = (value - mp.log(target)) / slope(s, value)
        s -= step
        if abs(step) < mp.mpf(10) ** -10 * spread:
            return s
    raise ArithmeticError("no root")


def beta_root(p, a, b, upper):
    """Quantile of the lower (or upper) tail of Beta(a, b)."""
    p, a, b = mp.mpf(p), mp.mpf(a), mp.mpf(b)
    x = (sp.betainccinv if upper else sp.betaincinv)(float(a), float(b), float(p))
    x = min(max(x, 1e-300), 1 - 1e-16)
    sign = -1 if upper else 1
    norm = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    density = lambda s: a * s - (a + b) * mp.log1p(mp.exp(s)) - norm
    s = newton(
        lambda s: mp.log(beta_tails(s, a, b)[upper]),
        lambda s, value: sign * mp.exp(density(s) - value),
        logit(x),
        p,
        mp.sqrt(1 / a + 1 / b),
    )
    return 1 / (1 + mp.exp(-s))


def gamma_tails(a, x):
    return mp.gammainc(a, 0, x, regularized=True), mp.gammainc(a, x, mp.inf, regularized=True)


def gamma_root(p, a, upper):
    """Quantile of the lower (or upper) tail of Gamma(a)."""
    p, a = mp.mpf(p), mp.mpf(a)
    x = (sp.gammainccinv if upper else sp.gammaincinv)(float(a), float(p))
    sign = -1 if upper else 1
    density = lambda s: a * s - mp.exp(s) - mp.loggamma(a)
    s = newton(
        lambda s: mp.log(gamma_tails(a, mp.exp(s))[upper]),
        lambda s, value: sign * mp.exp(density(s) - value),
        mp.log(x),
        p,
        1 / mp.sqrt(a),
    )
    return mp.exp(s)


def t_survival(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    return beta_tails(mp.log(t * t / df), mp.mpf(1) / 2, df / 2)[1] / 2


for x in (0.0001, 0.3, 0.70710678, 1, 1.96, 3, 5, 8, 12, 20, 30, 37.5):
    show("normal_survival", x, value=mp.erfc(mp.mpf(x) / mp.sqrt(2)) / 2)
    show("normal_survival", -x, value=mp.erfc(-mp.mpf(x) / mp.sqrt(2)) / 2)
    show("erf", x, value=mp.erf(x))
    show("erfc", x / 1.5, value=mp.erfc(mp.mpf(x / 1.5)))
for q in (0.49999999, 0.4, 0.31, 0.3, 0.2, 0.1, 0.025, 0.0025, 1e-5, 1e-10, 1e-20, 1e-100, 1e-300):
    root = mp.findroot(lambda v: mp.log(mp.erfc(v / mp.sqrt(2)) / 2) - mp.log(mp.mpf(q)), sp.ndtri(q) * -1)
    show("normal_quantile_upper", q, value=root)
for x in (1e-10, 0.001, 0.5, 0.999999, 1.0000001, 1.5, 1.9999999, 2.00001, 2.5, 3, 3.5, 7.25, 9.99, 10, 10.5, 33.3, 171, 1e5, 1e10):
    show("ln_gamma", x, value=mp.loggamma(mp.mpf(x)))
for a, b in ((0.5, 0.5), (1e-5, 2), (0.5, 1e12), (3, 999998), (12, 15), (100, 1e9), (1e6, 1e6), (1e12, 1e12), (9.5, 10.5)):
    show("ln_beta", a, b, value=mp.loggamma(mp.mpf(a)) + mp.loggamma(mp.mpf(b)) - mp.loggamma(mp.mpf(a) + mp.mpf(b)))

POINTS = [(0.07, 50, 951), (0.501, 1e5, 1e5), (3e-7, 10, 1e7), (0.5, 0.5, 0.5), (0.001, 0.5, 0.5), (0.999, 0.5, 0.5), (0.3, 2, 3),
          (0.9, 5, 0.5), (0.1, 1, 1), (0.25, 31, 90), (0.4, 31, 90), (0.2, 29, 100), (0.01, 40, 1000), (0.06, 40, 1000), (0.9, 300, 12),
          (0.99, 300, 12), (0.5, 0.1, 0.2), (0.05, 0.01, 5), (1e-6, 1, 1e6), (1e-9, 0.5, 1e9), (4e-9, 0.5, 1e9), (0.4999, 1e8, 1e8),
          (0.50000031, 1e12, 1e12), (0.4999991, 1e12, 1e12), (1.1e-6, 1e6, 1e12), (0.999998, 1e12, 1e6), (0.5, 1000, 10), (0.999, 10, 1000), (0.3, 100, 20), (0.02, 7.5, 800.25), (0.75, 1e4, 3e3)]
for x, a, b in POINTS:
    low, high = beta_tails(logit(x), a, b)
    show("beta_cdf", x, a, b, value=low)
    show("beta_survival", x, a, b, value=high)
SHAPES = [(1, 1e7), (3, 999998), (500001, 500000), (5, 96), (0.5, 10.5), (0.5, 1e9), (10.5, 0.5), (1e12, 1e12), (1, 1e12), (1e12, 2), (1e6, 1e12), (40, 1e6), (12.5, 4.25), (0.05, 3), (81, 183), (1e5, 7)]
for a, b in SHAPES:
    for p in (0.5, 0.3, 0.025, 1e-5, 1e-20):
        show("beta_quantile", p, a, b, value=beta_root(p, a, b, 0))
        show("beta_quantile_upper", p, a, b, value=beta_root(p, a, b, 1))
for a in (0.01, 0.5, 1, 2.5, 15, 29, 31, 200.5, 5000):
    for r in (0.01, 0.5, 0.9, 1, 1.1, 1.5, 3):
        x = float(a * r)
        low, high = gamma_tails(mp.mpf(a), mp.mpf(x))
        show("gamma_p", a, x, value=low)
        show("gamma_q", a, x, value=high)
for df in (1, 2, 3, 9, 49, 99, 1000, 0.5):
    for p in (0.5, 0.025, 1e-8):
        show("chi_square_quantile", p, df, value=2 * gamma_root(p, mp.mpf(df) / 2, 0))
        show("chi_square_quantile_upper", p, df, value=2 * gamma_root(p, mp.mpf(df) / 2, 1))
for df in (1, 1.5, 3, 14.99812, 100, 1e4, 1e9):
    for t in (0.001, 0.5, 1, 1.96, 4, 20):
        show("student_t_survival", t, df, value=t_survival(t, df))
    for q in (0.49, 0.3, 0.025, 1e-6):
        y = beta_root(mp.mpf(2) * mp.mpf(q), mp.mpf(1) / 2, mp.mpf(df) / 2, 1)
        show("student_t_quantile_upper", q, df, value=mp.sqrt(mp.mpf(df) * y / (1 - y)))
for k, n, p in ((3, 10, 0.2), (0, 100, 0.01), (50, 100, 0.5), (100, 100, 0.99), (5e8, 1e9, 0.50001), (3, 1e6, 2e-6), (700.5, 1200.25, 0.6)):
    k, n, p = mp.mpf(k), mp.mpf(n), mp.mpf(p)
    value = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1) + k * mp.log(p) + (n - k) * mp.log1p(-p)
    show("binomial_ln_pmf", k, n, p, value=value)
for t in (0.1, 0.3, 0.6, 0.99, 1, 1.01, 1.358, 2, 4):
    t = mp.mpf(t)
    show("kolmogorov_survival", t, value=mp.nsum(lambda j: 2 * (-1) ** (int(j) - 1) * mp.exp(-2 * j * j * t * t), [1, 200], method="d"))
