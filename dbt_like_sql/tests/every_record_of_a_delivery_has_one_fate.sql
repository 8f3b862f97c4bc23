select *
from {{ ref('stg_ledger__manifest') }}
where
    n_records
    <> n_accepted + n_duplicate + n_quarantined + n_blank + n_pending
