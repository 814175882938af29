"""Tickets, service orders and knowledge articles: the service that earns the next order.

Words: a *ticket* (工单) is a customer's question or complaint with a time by which it must be answered; a *service order* (服务单)
sends an engineer; an *article* is written knowledge, internal or public. May import finance, orders, customers and what stands below.
"""
