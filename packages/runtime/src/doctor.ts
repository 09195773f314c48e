export type { Check, Diagnosis, DoctorRule, Judgement, Unread, Verdict } from './doctor/diagnosis.ts';
export { diagnose, undiagnosed } from './doctor/diagnosis.ts';
export type { PostgresFacts } from './stores/postgres/postgres-doctor.ts';
export { postgresRules, readPostgresFacts } from './stores/postgres/postgres-doctor.ts';
export type { SqliteDoctorOptions, SqliteFacts } from './stores/sqlite/sqlite-doctor.ts';
export { readSqliteFacts, sqliteRules } from './stores/sqlite/sqlite-doctor.ts';
export type {
  KafkaDoctorAdmin,
  KafkaDoctorOptions,
  KafkaFacts,
} from './transports/kafka/kafka-doctor.ts';
export { kafkaDoctorSettings, readKafkaFacts } from './transports/kafka/kafka-doctor.ts';
export { kafkaRules } from './transports/kafka/kafka-rules.ts';
export type {
  MqttDoctorClient,
  MqttDoctorConnect,
  MqttDoctorConnectOptions,
  MqttDoctorOptions,
  MqttFacts,
} from './transports/mqtt/mqtt-doctor.ts';
export { mqttRules, readMqttFacts } from './transports/mqtt/mqtt-doctor.ts';
export type { NatsDoctorDriver, NatsDoctorOptions, NatsFacts } from './transports/nats/nats-doctor.ts';
export { natsRules, readNatsFacts } from './transports/nats/nats-doctor.ts';
export type {
  RabbitmqDoctorConnection,
  RabbitmqDoctorOptions,
  RabbitmqFacts,
} from './transports/rabbitmq/rabbitmq-doctor.ts';
export { rabbitmqRules, readRabbitmqFacts } from './transports/rabbitmq/rabbitmq-doctor.ts';
