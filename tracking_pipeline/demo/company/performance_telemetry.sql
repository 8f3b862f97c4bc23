-- The tables of the CORTEX assistant. Two columns of each are ours: whose they are, and that they
-- are simulated, wherever the file ends up.
CREATE TABLE engineer_profile (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engineer_name TEXT NOT NULL,
    engineer_email TEXT UNIQUE NOT NULL,
    machine_hostname TEXT NOT NULL,
    machine_platform TEXT NOT NULL,
    cpu_info TEXT,
    ram_gb INTEGER,
    python_version TEXT,
    cortex_version TEXT,
    installation_date TEXT,
    last_updated TEXT DEFAULT CURRENT_TIMESTAMP,
    client_id TEXT NOT NULL,
    provenance TEXT NOT NULL
);
CREATE TABLE performance_metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engineer_email TEXT NOT NULL,
    capability TEXT NOT NULL,
    duration_ms REAL NOT NULL,
    success INTEGER NOT NULL,
    error_type TEXT,
    tokens_saved INTEGER DEFAULT 0,
    context_size_tokens INTEGER DEFAULT 0,
    timestamp TEXT NOT NULL,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP,
    client_id TEXT NOT NULL,
    provenance TEXT NOT NULL,
    FOREIGN KEY (engineer_email) REFERENCES engineer_profile(engineer_email)
);
CREATE TABLE productivity_metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engineer_email TEXT NOT NULL,
    metric_date TEXT NOT NULL,
    commits_count INTEGER DEFAULT 0,
    prs_created INTEGER DEFAULT 0,
    prs_merged INTEGER DEFAULT 0,
    lines_added INTEGER DEFAULT 0,
    lines_deleted INTEGER DEFAULT 0,
    test_coverage_percent REAL DEFAULT 0,
    bugs_fixed INTEGER DEFAULT 0,
    code_reviews_completed INTEGER DEFAULT 0,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP,
    client_id TEXT NOT NULL,
    provenance TEXT NOT NULL,
    FOREIGN KEY (engineer_email) REFERENCES engineer_profile(engineer_email),
    UNIQUE(engineer_email, metric_date)
);
CREATE TABLE cost_savings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engineer_email TEXT NOT NULL,
    metric_date TEXT NOT NULL,
    tokens_saved_count INTEGER DEFAULT 0,
    api_calls_avoided INTEGER DEFAULT 0,
    estimated_cost_saved_usd REAL DEFAULT 0,
    time_saved_minutes INTEGER DEFAULT 0,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP,
    client_id TEXT NOT NULL,
    provenance TEXT NOT NULL,
    FOREIGN KEY (engineer_email) REFERENCES engineer_profile(engineer_email),
    UNIQUE(engineer_email, metric_date)
);
CREATE TABLE copilot_metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    engineer_email TEXT NOT NULL,
    metric_date TEXT NOT NULL,
    memory_hits INTEGER DEFAULT 0,
    memory_misses INTEGER DEFAULT 0,
    context_injections INTEGER DEFAULT 0,
    avg_context_tokens INTEGER DEFAULT 0,
    suggestions_accepted INTEGER DEFAULT 0,
    suggestions_rejected INTEGER DEFAULT 0,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP,
    client_id TEXT NOT NULL,
    provenance TEXT NOT NULL,
    FOREIGN KEY (engineer_email) REFERENCES engineer_profile(engineer_email),
    UNIQUE(engineer_email, metric_date)
);
CREATE INDEX idx_metrics_engineer_capability ON performance_metrics(engineer_email, capability);
CREATE INDEX idx_metrics_timestamp ON performance_metrics(timestamp DESC);
CREATE INDEX idx_productivity_engineer_date ON productivity_metrics(engineer_email, metric_date DESC);
CREATE INDEX idx_cost_engineer_date ON cost_savings(engineer_email, metric_date DESC);
CREATE INDEX idx_copilot_engineer_date ON copilot_metrics(engineer_email, metric_date DESC);
