{% macro source_rank(attribute) %}(if(mapContains(ranked.by_attribute, '{{ attribute }}'), ranked.by_attribute['{{ attribute }}'], ranked.priority), ranked.rank_name){% endmacro %}
