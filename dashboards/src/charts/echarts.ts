/** Only the parts of ECharts the screens use: the big screen's JavaScript has a budget. */
import { BarChart, LineChart, MapChart } from 'echarts/charts';
import { GeoComponent, GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([BarChart, LineChart, MapChart, GridComponent, TooltipComponent, GeoComponent, SVGRenderer]);

export { echarts };
