/** First contract of a new project: small, complete, without findings. */
export const starterContract = `openapi: 3.1.1
info:
  title: Orders
  version: 0.1.0
  description: Work orders of one plant. Replace it with your own contract.
servers:
  - url: https://api.example.com
    description: Production.
tags:
  - name: orders
    description: Work orders.
security:
  - bearer: []
paths:
  /work-orders/{workOrderNumber}:
    get:
      operationId: getWorkOrder
      summary: Read a work order
      description: Gives the work order with this number.
      tags: [orders]
      parameters:
        - name: workOrderNumber
          in: path
          required: true
          description: Number of the work order.
          schema: { type: string, minLength: 1, maxLength: 64 }
          example: WO-1001
      responses:
        '200':
          description: The work order.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/WorkOrder' }
        '404':
          description: There is no such work order.
          content:
            application/problem+json:
              schema: { $ref: '#/components/schemas/Problem' }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
  schemas:
    WorkOrder:
      title: WorkOrder
      description: Order to make a quantity of an item.
      type: object
      required: [workOrderNumber, itemNumber, status]
      properties:
        workOrderNumber:
          type: string
          minLength: 1
          maxLength: 64
          description: Number of the work order.
          examples: [WO-1001]
        itemNumber:
          type: string
          minLength: 1
          maxLength: 64
          description: Item to make.
          examples: [FG-1000]
        status: { $ref: '#/components/schemas/WorkOrderStatus' }
        dueDate:
          type: string
          format: date
          description: Day on which the order is due.
          examples: ['2026-04-15']
    WorkOrderStatus:
      title: WorkOrderStatus
      description: How far the work order is.
      type: string
      enum: [released, in-progress, completed]
      x-enumDescriptions:
        released: Free for execution.
        in-progress: At least one operation has begun.
        completed: All operations are finished.
      examples: [released]
    Problem:
      title: Problem
      description: RFC 9457 problem document.
      type: object
      required: [type, title, status]
      properties:
        type:
          type: string
          format: uri-reference
          description: Kind of the error.
          examples: ['https://example.com/problems/not-found']
        title:
          type: string
          maxLength: 200
          description: Short summary of the kind of error.
          examples: [There is no such work order]
        status:
          type: integer
          minimum: 400
          maximum: 599
          description: HTTP status.
          examples: [404]
`;
