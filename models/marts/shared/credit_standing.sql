{{ config(materialized='ephemeral') }}
{#- One row per party: its score and grade, of entries worked out here. Who may read mart_credit.entry asks it instead (`macros/credit.sql`). -#}
{{ credit_standing(ref('credit_entry')) }}
