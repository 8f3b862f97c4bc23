with manifest as (

    select
        file_id,
        batch_id,
        relative_path,
        content_hash,
        outcome,
        received_at,
        lower(regexp_extract(relative_path, '([^/.-]+)[^/]*$', 1)) as kind
    from {{ source('landing', 'manifest') }}
    where source = 'engine_metrics' and outcome <> 'rejected'

),

newest as (

    select
        kind,
        content_hash,
        batch_id,
        received_at
    from manifest
    -- A table of another name is never read; the folder may hold them as JSON.
    where
        regexp_matches(relative_path, '\.(csv|ya?ml)(\.(gz|zst))?$', 'i')
        or relative_path ilike 'reference/%'
    qualify row_number() over (
        partition by relative_path order by batch_id desc
    ) = 1

),

states as (

    select
        kind,
        content_hash,
        max(batch_id) as delivery_batch_id,
        max(received_at) as received_at
    from newest
    group by kind, content_hash

)

select
    manifest.file_id,
    states.kind,
    states.delivery_batch_id,
    states.received_at
from states
inner join manifest using (kind, content_hash)
-- Bytes that came again stand in the file that brought them first.
where manifest.outcome = 'loaded'
