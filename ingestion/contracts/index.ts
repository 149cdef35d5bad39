import { type Dataset, datasetId } from '../contract.ts';
import { accessControlDoorEvent } from './access-control/door-event.ts';
import { anjuApplication } from './anju/application.ts';
import { anjuBreachReport } from './anju/breach-report.ts';
import { anjuComplaint } from './anju/complaint.ts';
import { anjuContract } from './anju/contract.ts';
import { civilAffairsDestituteSupport } from './civil-affairs/destitute-support.ts';
import { civilAffairsLowIncome } from './civil-affairs/low-income.ts';
import { civilAffairsMarriage } from './civil-affairs/marriage.ts';
import { civilAffairsMinimumLiving } from './civil-affairs/minimum-living.ts';
import { ecologyCooperation } from './ecology/cooperation.ts';
import { ecologyDemand } from './ecology/demand.ts';
import { ecologyEvaluation } from './ecology/evaluation.ts';
import { ecologyProduct } from './ecology/product.ts';
import { ecologyProductComplaint } from './ecology/product-complaint.ts';
import { ecologySupplier } from './ecology/supplier.ts';
import { geographyDivision } from './geography/division.ts';
import { housingFundMunicipalBasic } from './housing-fund/municipal-basic.ts';
import { housingFundMunicipalPayment } from './housing-fund/municipal-payment.ts';
import { housingFundProvincialBasic } from './housing-fund/provincial-basic.ts';
import { housingFundProvincialPayment } from './housing-fund/provincial-payment.ts';
import { housingSecurityDirectManagedHousing } from './housing-security/direct-managed-housing.ts';
import { housingSecurityOtherBenefit } from './housing-security/other-benefit.ts';
import { maintenanceFundAccount } from './maintenance-fund/account.ts';
import { maintenanceFundArea } from './maintenance-fund/area.ts';
import { maintenanceFundBuilding } from './maintenance-fund/building.ts';
import { maintenanceFundCommonPart } from './maintenance-fund/common-part.ts';
import { maintenanceFundDeposit } from './maintenance-fund/deposit.ts';
import { maintenanceFundDwelling } from './maintenance-fund/dwelling.ts';
import { maintenanceFundInstitution } from './maintenance-fund/institution.ts';
import { maintenanceFundLedgerEntry } from './maintenance-fund/ledger-entry.ts';
import { maintenanceFundOwner } from './maintenance-fund/owner.ts';
import { maintenanceFundPayment } from './maintenance-fund/payment.ts';
import { maintenanceFundUnit } from './maintenance-fund/unit.ts';
import { maintenanceFundUseProject } from './maintenance-fund/use-project.ts';
import { maintenanceFundVote } from './maintenance-fund/vote.ts';
import { maintenanceFundYield } from './maintenance-fund/yield.ts';
import { marketRegulationBusinessRegistry } from './market-regulation/business-registry.ts';
import { operationsApplication } from './operations/application.ts';
import { operationsBreachReport } from './operations/breach-report.ts';
import { operationsComplaint } from './operations/complaint.ts';
import { operationsContract } from './operations/contract.ts';
import { operationsDwelling } from './operations/dwelling.ts';
import { operationsHouseholdMember } from './operations/household-member.ts';
import { operationsOccupant } from './operations/occupant.ts';
import { operationsProject } from './operations/project.ts';
import { operationsRentDue } from './operations/rent-due.ts';
import { operationsRentPaid } from './operations/rent-paid.ts';
import { operationsRepair } from './operations/repair.ts';
import { operationsSubsidyDue } from './operations/subsidy-due.ts';
import { operationsSubsidyPaid } from './operations/subsidy-paid.ts';
import { policeHouseholdRegister } from './police/household-register.ts';
import { policeMigration } from './police/migration.ts';
import { policeResidencePermit } from './police/residence-permit.ts';
import { propertyManagementEnergy } from './property-management/energy.ts';
import { propertyManagementEquipment } from './property-management/equipment.ts';
import { propertyManagementIncident } from './property-management/incident.ts';
import { propertyManagementInspection } from './property-management/inspection.ts';
import { propertyManagementMaintenance } from './property-management/maintenance.ts';
import { propertyHouseRegistry } from './property/house-registry.ts';
import { propertyHouseSurvey } from './property/house-survey.ts';
import { propertyNetSignedContract } from './property/net-signed-contract.ts';
import { propertyOwnership } from './property/ownership.ts';
import { socialInsuranceCivilBasic } from './social-insurance/civil-basic.ts';
import { socialInsuranceCivilPayment } from './social-insurance/civil-payment.ts';
import { socialInsuranceEnterpriseBasic } from './social-insurance/enterprise-basic.ts';
import { socialInsuranceEnterprisePayment } from './social-insurance/enterprise-payment.ts';
import { utilitiesElectricityReading } from './utilities/electricity-reading.ts';
import { utilitiesGasReading } from './utilities/gas-reading.ts';
import { utilitiesWaterReading } from './utilities/water-reading.ts';

/** Every contract in the code, in the order the pipeline lands them. `home.ts` adds those made at run time. */
export const datasets: readonly Dataset[] = [
  socialInsuranceEnterpriseBasic,
  socialInsuranceEnterprisePayment,
  socialInsuranceCivilBasic,
  socialInsuranceCivilPayment,
  housingFundMunicipalBasic,
  housingFundMunicipalPayment,
  housingFundProvincialBasic,
  housingFundProvincialPayment,
  policeHouseholdRegister,
  policeMigration,
  policeResidencePermit,
  civilAffairsMarriage,
  civilAffairsMinimumLiving,
  civilAffairsLowIncome,
  civilAffairsDestituteSupport,
  propertyOwnership,
  propertyNetSignedContract,
  propertyHouseRegistry,
  propertyHouseSurvey,
  housingSecurityOtherBenefit,
  housingSecurityDirectManagedHousing,
  marketRegulationBusinessRegistry,
  utilitiesWaterReading,
  utilitiesElectricityReading,
  utilitiesGasReading,
  accessControlDoorEvent,
  geographyDivision,
  operationsProject,
  operationsDwelling,
  operationsApplication,
  operationsHouseholdMember,
  operationsContract,
  operationsOccupant,
  operationsRentDue,
  operationsRentPaid,
  operationsSubsidyDue,
  operationsSubsidyPaid,
  operationsRepair,
  operationsComplaint,
  operationsBreachReport,
  maintenanceFundInstitution,
  maintenanceFundArea,
  maintenanceFundBuilding,
  maintenanceFundUnit,
  maintenanceFundDwelling,
  maintenanceFundOwner,
  maintenanceFundCommonPart,
  maintenanceFundAccount,
  maintenanceFundDeposit,
  maintenanceFundUseProject,
  maintenanceFundVote,
  maintenanceFundPayment,
  maintenanceFundYield,
  maintenanceFundLedgerEntry,
  propertyManagementEquipment,
  propertyManagementInspection,
  propertyManagementMaintenance,
  propertyManagementIncident,
  propertyManagementEnergy,
  ecologySupplier,
  ecologyProduct,
  ecologyDemand,
  ecologyCooperation,
  ecologyEvaluation,
  ecologyProductComplaint,
  anjuApplication,
  anjuContract,
  anjuComplaint,
  anjuBreachReport,
];

const byId = new Map(datasets.map((dataset) => [datasetId(dataset), dataset]));

/** The contract in the code of `source.dataset`, or undefined when there is none. */
export const findDataset = (id: string): Dataset | undefined => byId.get(id);
