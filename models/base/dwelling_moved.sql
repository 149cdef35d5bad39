{{ config(materialized='table', order_by=['source_dataset', 'record_key']) }}

{#-
  Records that say a house code, or could, and mean another dwelling than that code makes by itself: merged, decided, or known by their
  contract or address. Few, and the same on most days, so that what reads it need not be built again whenever some record is new.
-#}

select source_dataset, record_key, dwelling_id, house_code
from {{ ref('dwelling_link') }}
where
    source_dataset in (
        'property.house_registry', 'operations.dwelling', 'operations.contract', 'anju.contract', 'operations.occupant',
        'operations.complaint', 'anju.complaint', 'operations.breach_report', 'anju.breach_report', 'access_control.door_event'
    )
    and dwelling_id != ''
    and dwelling_id != {{ resolved_id('dwelling', 'said_code') }}
