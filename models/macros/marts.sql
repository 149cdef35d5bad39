{#- First day of a window of `days` days that ends with the as-of day, both ends included. -#}
{% macro window_start(days) -%}
subtractDays({{ as_of() }}, {{ days }} - 1)
{%- endmacro %}

{#-
  What every mart about dwellings repeats, from base.dwelling or a table with its columns, so that a metric on the mart
  can be split district → street → community → project → dwelling without reading another table.
-#}
{% macro dwelling_columns(relation) -%}
{{ dwelling_key_columns(relation) }},
    {{ division_columns(relation) }}
{%- endmacro %}

{% macro dwelling_key_columns(relation) -%}
{{ relation }}.dwelling_id as dwelling_id,
    {{ relation }}.house_code as house_code,
    {{ relation }}.building_no as building_no,
    {{ relation }}.unit_no as unit_no,
    {{ relation }}.room_no as room_no,
    {{ project_columns(relation) }}
{%- endmacro %}

{% macro project_columns(relation) -%}
{{ relation }}.project_id as project_id,
    {{ relation }}.project_name as project_name,
    {{ relation }}.project_kind as project_kind,
    {{ relation }}.allocation_kind as allocation_kind
{%- endmacro %}

{#- The place of a row that is about a dwelling where it has one, else about an applicant household. -#}
{% macro dwelling_or_application_columns(dwelling, application) -%}
{% for level in ['district', 'street', 'community'] -%}
if({{ dwelling }}.dwelling_id != '', {{ dwelling }}.{{ level }}_code, {{ application }}.{{ level }}_code) as {{ level }}_code,
    if({{ dwelling }}.dwelling_id != '', {{ dwelling }}.{{ level }}_name, {{ application }}.{{ level }}_name) as {{ level }}_name
    {%- if not loop.last %},
    {% endif %}
{%- endfor %}
{%- endmacro %}

{#- A part of a whole with four decimals; NULL where there is no whole. The engine divides before it looks whether it may. -#}
{% macro ratio(part, whole) -%}
{%- set divisor = 'ifNull(toFloat64(' ~ whole ~ '), 0)' -%}
if({{ divisor }} = 0, null, toDecimal64(toFloat64({{ part }}) / if({{ divisor }} = 0, 1, {{ divisor }}), 4))
{%- endmacro %}

{#- The columns every watched object has where it has no dwelling. -#}
{% macro no_dwelling_columns() -%}
'' as dwelling_id,
    '' as house_code,
    '' as building_no,
    '' as unit_no,
    '' as room_no
{%- endmacro %}

{#- What every mart about maintenance funds repeats of the property area (物业区域), from base.maintenance_fund_area. -#}
{% macro fund_area_columns(relation) -%}
{{ relation }}.area_no as area_no,
    {{ relation }}.area_name as area_name,
    {{ relation }}.fund_stage as fund_stage,
    {{ relation }}.bank_name as bank_name,
    {{ relation }}.property_company_name as property_company_name
{%- endmacro %}

{#- The enterprise that runs a dwelling or project: the dimension `enterprise`. -#}
{% macro operator_columns(enterprise) -%}
{{ enterprise }}.enterprise_id as enterprise_id,
    {{ enterprise }}.enterprise_name as enterprise_name
{%- endmacro %}

{#- Is somebody registered as living there on the as-of day? Whose day of coming could not be read has come: their row is there, and they live there. -#}
{% macro lives_there(occupant) -%}
ifNull({{ occupant }}.moved_in_on <= {{ as_of() }}, 1)
        and ({{ occupant }}.moved_out_on is null or {{ occupant }}.moved_out_on > {{ as_of() }})
{%- endmacro %}

{#-
  What the meters of each dwelling counted on the days of meter_day that `watched` holds of. A meter's days are added up before its dwelling is joined,
  which is then joined once a meter and not once a day.
-#}
{% macro metered_dwellings(watched) -%}
select
    meter.dwelling_id as dwelling_id,
    sumIf(metered.used, metered.meter_kind = 'water') as water_usage,
    sumIf(metered.used, metered.meter_kind = 'electricity') as electricity_usage,
    sumIf(metered.used, metered.meter_kind = 'gas') as gas_usage,
    uniqExactIf(metered.meter_kind, metered.readings > 0) as meter_kinds,
    sum(metered.readings) as meter_readings
from (
    select meter_kind, meter_no, sum(usage) as used, countIf(usage is not null) as readings
    from {{ ref('meter_day') }}
    where {{ watched }}
    group by meter_kind, meter_no
) as metered
inner join {{ ref('meter') }} as meter on meter.meter_kind = metered.meter_kind and meter.meter_no = metered.meter_no
group by meter.dwelling_id
{%- endmacro %}
